"""Small templates, a feature or a corner each, that the oracle test renders in every context."""

CONTEXTS = [
    {
        "s": "Hello, wörld", "empty": "", "n": 7, "f": 2.5, "t": True, "no": None,
        "l": [3, 1, 2], "words": ["banana", "Apple", "cherry"], "d": {"a": 1, "b": [1, 2], "items": "x"},
        "users": [{"name": "Ann", "age": 30, "tag": {"k": 2}}, {"name": "bob", "age": 25, "tag": {"k": 1}},
                  {"name": "Cid", "age": 30, "tag": {"k": 3}}],
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": " hi \n"}],
        "tree": [{"v": 1, "c": [{"v": 2, "c": []}, {"v": 3, "c": [{"v": 4, "c": []}]}]}],
        "text": "one two\nthree\n\n  four", "html": "<a href='x'>\"&\"</a>", "big": 2**62, "neg": -3,
    },
    {
        "s": "ΑΣ straße ǆ <|im_end|>", "empty": "", "n": 0, "f": -0.1, "t": False, "no": None,
        "l": [], "words": [], "d": {}, "users": [], "messages": [], "tree": [], "text": "",
        "html": "", "big": 1, "neg": 0,
    },
]

EXPRESSIONS = """
1 + 2 * 3 - 4 / 2
2 ** 3 ** 2
-2 ** 2
7 // 2, -7 // 2, 7 % 3, -7 % 3, 7 % -3
7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2
1 / 3, 10 / 5, 1e16, 1e15, 123456789.123456789, 1e-5, 0.0001, 1.0, 1e22, 5e-324
0x1f + 0b11 + 0o17, 1_000
not n, not not n, n and s, n or s, not n == 7
n < 8 < 9, n > 8 > 1, 1 < 2 == 2
n == 7.0, true == 1, "a" == "a", [1] == [1.0], none == false
"a" < "b", [1, 2] < [1, 3], (1, 2) < (1, 2, 3)
"a" ~ 1 ~ none ~ true ~ 1.5 ~ [1, "x"]
"a" * 3, 3 * "ab", [0] * 2, "x" * -1
s[0], s[-1], s[1:4], s[::-1], s[::2], s[-3:], s[10:2], s[5:1:-1]
l[0], l[-1], l[9], l[1:], l[:-1], l[::-1]
l.0, d.a, d["a"], d.b[0], d["b"].1
d.missing, d["missing"], s.missing, l["x"], n.foo
missing, missing is defined, missing|default("x"), missing ~ "y"
[missing], {"a": missing}
(1,), (), (1, 2), [], {}, {"a": 1, 2: none, (1, 2): "t"}
["a'b", 'a"b', 'a\\'b"c', "\\n\\t\\x00\\x7f\\u00e9\\u200b\\\\"]
"\\u0041\\x42\\103\\q\\é", 'a' 'b' "c"
1 if t else 2, (1 if false), "x" if n > 3 else "y" if n > 1 else "z"
"el" in s, "zz" not in s, 1 in l, "a" in d, 5 not in l, none in [none]
t is true, t is false, n is number, f is float, n is integer, t is integer, t is boolean
s is string, l is iterable, d is mapping, l is sequence, d is sequence, s is iterable, n is iterable
missing is undefined, missing is none, no is none, missing is iterable, missing is sequence
n is odd, n is even, n is divisibleby 7, n is divisibleby(3)
"abc" is lower, "ABC" is upper, "aBc" is lower, "1" is lower
n is eq 7, n is equalto(7), n is gt 3, n is lt(3), n is ge 7, n is le 7, n is ne 7
1 is in l, "upper" is filter, "nope" is filter, "odd" is test, range is callable, 1 is callable
n is sameas 7, none is sameas none, t is not none
s|upper, s|lower, s|title, s|capitalize, s|length, s|trim, s|reverse, s|list
"hello wORLD-foo (bar)"|title, "they're bill's"|title, "they're bill's".title()
" a "|trim, "xxaxx"|trim("x"), s|replace("l", "L"), s|replace("l", "L", 1), s|replace("", "-")
s.upper(), s.lower(), s.swapcase(), s.capitalize(), s.title(), s.strip("Hd"), s.split(), s.split("l"), s.split("l", 1)
s.find("o"), s.find("zz"), s.rfind("o"), s.count("l"), s.index("w"), s.startswith("He"), s.endswith(("x", "d"))
s.replace("l", "1"), s.replace("l", "1", 1), s.center(20, "*"), s.ljust(15, "."), s.rjust(15), "7".zfill(3), "-7".zfill(4)
s.partition(","), s.rpartition("l"), s.partition("#"), "a,b,c".rsplit(",", 1), " a b  c ".rsplit(None, 1), " a b ".split(none, 1)
s.removeprefix("He"), s.removesuffix("ld"), text.splitlines(), text.splitlines(true), "a\\r\\nb\\rc".splitlines()
"abc".isalpha(), "ab1".isalnum(), "12".isdigit(), " ".isspace(), "Ab".istitle(), "AB".isupper(), "²".isdigit(), "½".isnumeric()
", ".join(words), "-".join("abc"), words|join(", "), l|join, l|join("-"), users|join(",", attribute="name")
"%s is %d and %.2f, %5s|%-5s|%05d %x %r %%" % ("a", 5, 1.239, "b", "c", 42, 255, "q")
"%(a)s" % {"a": 1}, "%s"|format(s), "%s-%s"|format(1, 2), "%s" % s, "%g %e %+d" % (0.00001, 12345.678, 3)
"{} {} {0}".format(1, 2)
"{} {}".format("a", 1.5), "{0}{1}{0}".format(1, 2), "{a} {b!r}".format(a=1, b="x"), "{{}}".format()
"{:>6}|{:<6}|{:^6}|{:*^7}|{:06.2f}|{:,}|{:x}|{:+d}|{:.1%}|{:e}|{:10}|{:g}".format("a", "b", "c", "d", 3.14159, 1234567, 255, 5, 0.256, 12345.6789, 7, 1e10)
"{0.a} {0[b]} {1[0]}".format(d, l)
l|sort, l|sort(reverse=true), words|sort, words|sort(case_sensitive=true), words|sort(true)
users|sort(attribute="age,name")|map(attribute="name")|list, users|sort(attribute="tag.k")|map(attribute="tag.k")|list
users|map(attribute="name")|list, users|map(attribute="zip", default="?")|list, words|map("upper")|list, words|map("replace", "a", "4")|list
users|selectattr("age", "eq", 30)|list|length, users|rejectattr("age", "gt", 26)|map(attribute="name")|list, l|select("odd")|list, l|reject("odd")|list
l|select|list, [0, 1, "", "x", none]|select|list, users|selectattr("name")|list|length
l|first, l|last, l|min, l|max, l|sum, words|min, words|max, users|sum(attribute="age"), users|max(attribute="age")
l|unique|list, ["a", "A", "b"]|unique|list, ["a", "A"]|unique(true)|list, [1, 1.0, true]|unique|list
l|batch(2)|list, l|batch(2, "x")|list, l|slice(2)|list, l|slice(2, 0)|list, l|reverse|list
users|groupby("age")|list|length, d|dictsort, d|items|list, d|length, {"b": 1, "A": 2}|dictsort, {"b": 1, "A": 2}|dictsort(true), {"b": 1, "A": 2}|dictsort(by="value")
d.items(), d.keys(), d.values(), d.get("a"), d.get("zz"), d.get("zz", 9), d["items"], d.items
d|tojson, l|tojson, s|tojson, none|tojson, 1.5|tojson, users|tojson(indent=2), d|tojson(indent=4, sort_keys=true), html|tojson, "\\x01\\x7f\\u2028/"|tojson
s|tojson(ensure_ascii=true), "😀"|tojson(ensure_ascii=true), d|tojson(separators=(",", ":")), [[], {}, [[]]]|tojson(indent=1), (1, (2,))|tojson, {1: 2, none: 3, true: 4, 1.5: 5}|tojson
"42"|int, "4.7"|int, "x"|int, "x"|int(9), " 12 "|int, "0x1f"|int(0, 16), "1_000"|int, 3.99|int, -3.99|int, none|int, true|int
"1.5"|float, "x"|float, "1e3"|float, "inf"|float, none|float(3), 3|float, " 2 "|float
2.5|round, 3.5|round, 2.675|round(2), 42.55|round(1, "floor"), 42.51|round(0, "ceil"), 7|round, 1.25|round(1), -0.5|round
-5|abs, 5.5|abs, -0.0|abs, true|abs
""|default("x"), ""|default("x", true), no|default("x"), no|default("x", true), missing|d, 0|default(5, boolean=true)
s|string, 5|string, none|string, [1]|string, l|string, d|string
html|e, html|escape, html|safe, html|forceescape, html|safe|e, ("<"|safe) + "<", "<" ~ ("<"|safe), [html|safe]
"a" + ("b"|safe), ("a"|safe).upper(), ("<%s>"|safe) % "<", ("<"|safe) is escaped, "<" is escaped, ("x"|safe) * 2
text|indent, text|indent(2), text|indent(2, true), text|indent(2, true, true), text|indent("> "), ""|indent, "a\\n"|indent, "a\\n\\nb\\n"|indent(blank=true)
"foo bar baz qux"|truncate(9), "foo bar baz qux"|truncate(9, true), "foo bar baz qux"|truncate(11), "foo bar baz qux"|truncate(11, false, "..", 0), "short"|truncate(5)
"a b, c-d"|wordcount, "abc"|center(9), "abcd"|center(9), "abc"|center(8), "abc".center(8)
range(3), range(3)|list, range(1, 7, 2)|list, range(5, 0, -2)|list, range(0)|list, range(3)|length, 2 in range(3), range(3)[1]
dict(a=1, b=2), dict([("x", 1)]), dict({"q": 1}, z=2), dict(d)
namespace(a=1).a, namespace({"b": 2}).b, namespace(a=1).missing, namespace(a=1)
strftime_now("%Y-%m-%d %H:%M:%S"), strftime_now("%d %b %Y"), strftime_now("%A %B %-d, %j %U %W %V %G %u %w %y %I %p %e %f %D %T %R %c %x %X %Z%z %%")
s|attr("upper") is callable, s|attr("nope") is defined, d|attr("a") is defined
l|map("string")|join("+"), l|map("string")|map("length")|sum, "abc"|map("upper")|join
l.index(1), l.count(1), (1, 2, 1).count(1), l.copy(), d.copy()
[1, [2, [3, {"x": (4,)}]]], [true, none, 1.0, "s"]
"abc"|first, "abc"|last, ""|first, []|first is defined, "abc"|random is string
1 == "1", 1 in "1"
s.foo.bar
missing.foo
missing + 1
missing()
none.x
none.x.y
none + 1
"a" + 1
1 + "a"
[1] + (1,)
n()
d.a()
l.append(1)
d.update({})
l|length + 1
1|length
none|length
l|map("upper")|list
users|map(attribute="name")
users|selectattr("name")|length
users|map(attribute="name")|first, users|selectattr("age", "eq", 30)|first
1 / 0
1 % 0
"x"|nofilter
x is notest
l|join(", ")|upper|lower|title
"".__class__, d.__class__, s.__len__
{"a": 1}["a"], {"a": {"b": 2}}.a.b, [[1, 2], [3]][0][1]
[] or "x", {} or 0, "" and 1, 0.0 or none
big + big - 1
2 ** 62
neg|abs, -neg, +neg, - -neg
1 if missing else 2
"\\n".join(["a", "b"])
s|length > 3 and l|length < 5
(l|length) * 2, l|length * 2
s | upper | length
1.5.is_integer
[1,2,3,][1], (1,2,)[0], {"a":1,}
loop
"a".b is defined, d.a is defined and d.zz is not defined
"%d" % "x"
"%s %s" % ("a",)
"%s" % ("a", "b")
s.nope()
"{}".format()
words|sort|first, words|map("lower")|sort|join(" ")
d.items()|list, d.keys()|list, d.values()|list, d.items()|length
"a" is in ["a"], "a" is not in ["b"]
[1, 2, 3] is sequence, (1, 2) is sequence, range(3) is sequence, d.items() is sequence, l|map("abs") is iterable
l|map("abs") is sequence, (l|map("abs")) and 1, missing|list, missing|length, missing|join(",")
true + true, true * 3, -true, true / 2
1.0 == 1, 0.1 + 0.2, 1e308 * 10, 3.0 * 1, 100.0, 1e100
"é" < "z", "Z" < "a", "😀" > "é"
"straße".upper(), "ŉ".upper(), "ΑΣ".lower(), "İ".lower(), "ǆ".title(), "ﬁx".capitalize()
"\\u00a0x\\u00a0".strip(), " \\x1c ".isspace(), "a\\u2028b".splitlines()
""".strip().split("\n")

STATEMENTS = [
    "{% for x in l %}{{ loop.index }}/{{ loop.length }}:{{ x }}{% if not loop.last %},{% endif %}{% else %}none{% endfor %}",
    "{% for x in l %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.depth }}{{ loop.depth0 }}|{{ loop.previtem }}|{{ loop.nextitem }};{% endfor %}",
    "{% for x in l if x > 1 %}{{ loop.index }}{{ x }}{{ loop.last }}{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k in d %}{{ k }}{% endfor %}",
    "{% for c in s %}[{{ c }}]{% endfor %}",
    "{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }}{% endfor %}{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for a, b in [(1, 2, 3)] %}{% endfor %}",
    "{% for x in tree recursive %}{{ x.v }}{% if x.c %}({{ loop(x.c) }}){% endif %}{{ loop.depth }}{% endfor %}",
    "{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% if loop.index == 2 %}{% break %}{% endif %}{% endfor %}",
    "{% for x in l %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x > 1) }}{% endfor %}",
    "{% for x in l %}{% for y in l %}{{ loop.index }}{{ x }}{{ y }} {% endfor %}{% endfor %}",
    "{% for x in missing %}a{% else %}b{% endfor %}{% for x in 5 %}{% endfor %}",
    "{% for x in no %}a{% endfor %}",
    "{% set x = 1 %}{% for y in l %}{% set x = y %}{{ x }}{% endfor %}{{ x }}",
    "{% set ns = namespace(total=0, out='') %}{% for y in l %}{% set ns.total = ns.total + y %}{% set ns.out = ns.out ~ y %}{% endfor %}{{ ns.total }}{{ ns.out }}",
    "{% set ns.x = 1 %}", "{% set d.x = 1 %}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set c = 1, 2 %}{{ c }}{% set (e, f) = [3, 4] %}{{ e + f }}",
    "{% set x %}a{{ n }}b{% endset %}[{{ x }}]{% set y | upper | trim %} abc {% endset %}[{{ y }}]",
    "{% if n %}a{% elif s %}b{% else %}c{% endif %}{% if not n %}d{% endif %}{% if l and s %}e{% endif %}",
    "{% if true %}{% set q = 5 %}{% endif %}{{ q }}",
    "{% macro m(a, b=2, c='x') %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}|{{ m(1, 3) }}|{{ m(1, c='y') }}|{{ m(b=1, a=0) }}|{{ m() }}",
    "{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(z=2) }}",
    "{% macro m(a) %}<{{ caller() }}{{ a }}>{% endmacro %}{% call m(1) %}in{{ n }}{% endcall %}",
    "{% macro m(xs) %}{% for x in xs %}{{ caller(x, loop.index) }}{% endfor %}{% endmacro %}{% call(v, i=0) m(l) %}[{{ v }}{{ i }}]{% endcall %}",
    "{% macro f(k) %}{% if k > 0 %}{{ k }}{{ f(k - 1) }}{% endif %}{% endmacro %}{{ f(4) }}",
    "{% macro a() %}{% set z = 1 %}{{ z }}{% endmacro %}{{ a() }}{{ z }}{{ a.name }}{{ a }}",
    "{% macro a() %}{{ late }}{% endmacro %}{% set late = 'now' %}{{ a() }}",
    "{% macro a(x, y=x) %}{{ x }}{{ y }}{% endmacro %}{{ a(1) }}",
    "{% for x in l %}{% macro inner() %}{{ x }}{% endmacro %}{{ inner() }}{% endfor %}",
    "{% macro a() %}{{ x }}{% endmacro %}{% for x in l %}{{ a() }}{% endfor %}",
    "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}{% set a = 5 %}{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}",
    "{% filter upper %}abc{{ s }}{% endfilter %}{% filter replace('a', 'b') | upper %}aaa{% endfilter %}",
    "{% generation %}abc{% set g = 1 %}{{ g }}{% endgeneration %}{{ g }}",
    "{% raw %}{{ x }}{% if %}{% endraw %}a{%- raw -%}  b {{ c }}  {%- endraw -%}  c",
    "a {# comment {{ x }} #} b {#- c -#} d",
    "  {% if true %}\n  x\n  {% endif %}\ny", "{% if true -%}\n  x\n  {%- endif %}\n  y", "a\n{%+ if true %}b{% endif %}\n\nc",
    "a  {{- n -}}  b", "  {{ n }}  \n", "{% if true +%}\nx{% endif %}\n", "a\n\n", "a\r\nb\rc", "\n{% set a = 1 %}\n{{ a }}\n",
    "  {# c #}\nx", "  {#- c #}\nx", "x {# c +#}\ny", "{{ '{{' }}{{ '%}' }}{{ \"#}\" }}",
    "{% print n %}{% print 1, 2 %}",
    "{% set it = l | map('string') %}{{ it | join(',') }}|{{ it | join(',') }}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% set j = joiner('; ') %}{{ j() }}{{ j() }}",
    "{{ raise_exception('No ' ~ n) }}", "{% if false %}{{ 'x' | nofilter }}{% endif %}ok", "{{ 'x' | nofilter if false }}ok",
    "{% for x in [] %}{{ 'x' | nofilter }}{% endfor %}ok",
    "{{ {'a': {'b': 1}}['a']['b'] }}{{ {'a': 1}.a }}",
    "{% for g in users | groupby('age') %}{{ g.grouper }}:{{ g.list | map(attribute='name') | join(',') }};{% endfor %}",
    "{% for grouper, list in users | groupby('tag.k') %}{{ grouper }}{{ list | length }}{% endfor %}",
    "{% set d2 = dict(d, z=1) %}{{ d2.z }}{{ d2 | length }}", "{{ d | dictsort(by='nope') }}", "{{ '%s' | format(1, a=2) }}",
    "{{ users[0]['name'] }}{{ users[0].name[0] }}", "{% if users and users[0].age > 20 %}old{% endif %}",
    "{% for m in messages %}{% if loop.first and messages[0]['role'] != 'system' %}D{% endif %}<|{{ m['role'] }}|>{{ m.content | trim }}{% endfor %}",
    "{%- for m in messages -%}\n  {{- '<' ~ m.role ~ '>' -}}\n{%- endfor -%}\n",
    "{% set x = x if x is defined else 'dflt' %}{{ x }}", "{% set s = s + '!' %}{{ s }}",
    "{% for i in range(3) %}{% set s = s ~ i %}{{ s }} {% endfor %}{{ s }}",
    "{% if missing.foo is defined %}a{% endif %}", "{{ (missing is defined and missing.foo) }}",
    "{% call m() %}{% endcall %}", "{{ loop.index }}", "{% break %}", "{% for x in l %}{% macro q() %}{% break %}{% endmacro %}{% endfor %}",
    "{% if n %}", "{% endif %}", "{{ n", "{% for x in %}{% endfor %}", "{{ 1 + }}", "{{ (1 }}", "{{ 'a }}", "{# x", "{% raw %}", "{% nope %}",
    "{{ a b }}", "{% set 1 = 2 %}", "{% set a.b.c = 2 %}", "{{ a is b is c }}", "{{ f(a=1, 2) }}", "{{ }}", "{% %}", "{{ [1, 2 }}", "{{ x | }}",
    "{{ 1 }}{% for x in l %}{{ loop.index }}{% endfor %}{% include 'x' %}",
    "{% for x in l %}{{ x }}{{ ',' if not loop.last }}{% endfor %}", "{% for x in l -%} {{ x }} {%- endfor %}",
    "{% for x in l | sort %}{{ x }}{% endfor %}{% for x in l | reverse %}{{ x }}{% endfor %}{% for x in words | map('length') %}{{ x }}{% endfor %}",
    "{% set v = namespace() %}{% set v.a = [1] %}{% set v.a = v.a + [2] %}{{ v.a }}{{ v['a'] }}{{ v.b is defined }}",
    "{{ n.real is defined if false else 'ok' }}", "{% for a in [1, 2] %}{% for b in [3] %}{{ loop.parent is defined }}{% endfor %}{% endfor %}",
    "{% for x in l %}{% set loop = 1 %}{% endfor %}", "{% for i in [1] %}{{ x }}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}",
    "{% set x = 1 %}{% if n %}{% set x = 2 %}{% endif %}{{ x }}{% for i in [1, 2] %}{% if i == 1 %}{% set x = 3 %}{% endif %}{{ x }}{% endfor %}{{ x }}",
    "{% for s in l %}{{ s }}{% endfor %}{{ s }}", "{% for x in l %}{% endfor %}{{ x is defined }}{{ loop is defined }}",
    "{% for x in l if loop %}{{ x }}{% endfor %}", "{% for x in l %}{% for y in l if loop.first %}{{ x }}{{ y }}{% endfor %}{% endfor %}",
    "{% set f = namespace(on=true) %}{% for x in [1, 2, 3, 4] if f.on %}{{ x }}{% if x == 2 %}{% set f.on = false %}{% endif %}{% endfor %}",
    "{% macro m() %}{% for x in l %}{{ x }}{% endfor %}{% endmacro %}{{ m() | upper }}{{ m() | length }}{% set r = m() %}{{ r }}",
    "{{ '\n' }}x\n{{ 'a\tb' }}", "{{ \"it's\" }}{{ 'say \"x\"' }}", "{%set a=1%}{{a}}{%if a%}b{%endif%}",
    "{% if n is defined and n is not none and n > 3 or false %}x{% endif %}", "{% if not (n and l) %}x{% else %}y{% endif %}",
    "{% set x = [] %}{% for i in range(3) %}{% set x = x + [i] %}{% endfor %}{{ x }}", "{% if x is not defined %}{% set x = 'set' %}{% endif %}{{ x }}",
    "{{ late }}{% macro m() %}{{ late }}{% endmacro %}{{ m() }}{% set late = 1 %}{{ m() }}",
]

# Hiding a variable of the caller before the statement that sets the name.
STATEMENTS += [
    "{% macro m() %}{{ s }}{% endmacro %}{{ m() }}{% set s = 'x' %}{{ m() }}",
    "{% for i in [1] %}{{ s }}{% endfor %}{% set s = 'x' %}{{ s }}",
    "{% for i in [1] %}{{ s }}{% endfor %}{% if n %}{% set s = 'x' %}{% endif %}{{ s }}",
    "{{ s }}{% for i in [1] %}{% for j in [1] %}{{ s }}{% endfor %}{% set s = 'y' %}{{ s }}{% endfor %}{{ s }}",
    "{% for i in [1] %}{% for j in [1] %}{{ s }}{% endfor %}{% set s = 'y' %}{% endfor %}",
    "{% for i in [1] %}{{ s }}{% endfor %}{% if n %}{% set s = 1 %}{% elif t %}{% set s = 2 %}{% else %}{% set s = 3 %}{% endif %}{{ s }}",
    "{% for i in [1] %}{{ s }}{% endfor %}{% if n %}{% set s = 1 %}{% else %}{% set s = 3 %}{% endif %}{{ s }}",
    "{% macro m(a=s) %}{{ a }}{% set s = 1 %}{{ s }}{% endmacro %}{{ m() }}",
    "{% filter replace('H', x) %}{% set x = 'q' %}{{ s }}{% endfilter %}", "{% set y | replace('H', x) %}{% set x = 'q' %}{{ s }}{% endset %}{{ y }}",
    "{% with s = 1 %}{% set n = s %}{{ n }}{% endwith %}{{ n }}{% set n = 3 %}", "{% call m() %}{{ s }}{% set s = 1 %}{% endcall %}{% macro m() %}{{ caller() }}{% endmacro %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{% set s = 1 %}{% for i in [1] %}{{ s }}{% endfor %}{% endcall %}{{ s }}",
    "{% if n %}{% if t %}{% set q = 1 %}{% endif %}{% endif %}{{ q }}{% for i in [1] %}{{ q }}{% if i %}{% set q = 2 %}{% endif %}{{ q }}{% endfor %}{{ q }}",
    "{% set ns = namespace(_x=1) %}{{ ns._x }}{{ ns['_x'] }}{{ {'_x': 2}._x }}", "{% macro s() %}M{% endmacro %}{{ s() }}", "{% for i in [1] %}{{ s }}{% endfor %}{% macro s() %}M{% endmacro %}{{ s() }}",
]


def templates():
    return ["{{ %s }}" % expression for expression in EXPRESSIONS] + STATEMENTS
