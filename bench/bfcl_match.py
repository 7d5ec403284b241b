"""Which calls BFCL accepts as an answer, by the rules of its AST checker (gorilla's
berkeley-function-call-leaderboard, bfcl_eval/eval_checker/ast_eval), written anew. A call is {"name",
"arguments"}; arguments that aren't an object are None.

A call is right when it has the name of the function, every required argument, none that the signature or
the ground truth doesn't know, each with one of the accepted values, and lacks only what "" among those
says may be left out. Strings are compared without case, blanks and ,./-_*^. A value of another type than
the signature's must be exactly what is accepted: a variable's name. An integer is a float as well.

Stricter or milder than the original in literals of Java and JavaScript alone: see bfcl_values. Standard
library alone.
"""
import re

import bfcl_values

LANGUAGES = {"simple_java": "java", "simple_javascript": "javascript"}
NAMES = {str: "string any char String", int: "integer byte short long Bigint", float: "float double",
         bool: "boolean Boolean", list: "array tuple Array ArrayList Queue Stack",
         dict: "dict HashMap Hashtable"}
TYPES = {name: kind for kind, names in NAMES.items() for name in names.split()}
MAY_BE_ABSENT = ""


def tool_name(function_name: str) -> str:
    return function_name.replace(".", "_")


def normal(value):
    return re.sub(r"[ ,./\-_*^]", "", value).lower().replace("'", '"') if isinstance(value, str) else value


def dict_fits(value: dict, accepted) -> bool:
    if not isinstance(accepted, dict) or not isinstance(value, dict):
        return False
    known = all(key in accepted and normal(each) in map(normal, accepted[key]) for key, each in value.items())
    return known and all(key in value or MAY_BE_ABSENT in each for key, each in accepted.items())


def dicts_fit(values: list, accepted) -> bool:
    same_number = isinstance(accepted, list) and len(values) == len(accepted)
    return same_number and all(map(dict_fits, values, accepted))


def type_of_answers(accepted: list):
    return next((type(each) for each in accepted if each != MAY_BE_ABSENT), None)


def items_have_types(values: list, inner, accepted: list) -> bool:
    """Each item has the type of the signature's items, or of an accepted list's first."""
    return inner is None or any(
        not isinstance(each, list)
        or all(type(value) in (inner, type_of_answers(each)) for value in values) for each in accepted)


def literally(value, accepted: list) -> bool:
    return type(value) is type_of_answers(accepted) and value in accepted


def value_fits(value, described: dict, accepted: list, language: str | None) -> bool:
    """Whether `value` is accepted for the parameter that the signature describes so."""
    if language and not isinstance(value, str):
        return False
    if language:
        value = bfcl_values.value_of(value, described, language)
    elif described["type"] == "float" and type(value) is int:
        value = float(value)
    kind = TYPES[described["type"]]
    inner = TYPES.get(described.get("items", {}).get("type")) if kind is list else None
    if type(value) is not kind or (kind is list and not items_have_types(value, inner, accepted)):
        return literally(value, accepted)
    if type_of_answers(accepted) not in (None, kind):
        return value in accepted
    if kind is dict:
        return any(dict_fits(value, each) for each in accepted)
    if kind is list and inner is dict:
        return any(dicts_fit(value, each) for each in accepted)
    if kind is list:
        return [normal(each) for each in value] in [[normal(item) for item in each] for each in accepted]
    return normal(value) in map(normal, accepted)


def call_fits(call: dict, functions: list[dict], wanted: dict, language: str | None) -> bool:
    """`wanted`: {function: {argument: [accepted values]}}."""
    (name, accepted), = wanted.items()
    parameters = next(each["parameters"] for each in functions if each["name"] == name)
    given = call["arguments"]
    if call["name"] != tool_name(name) or given is None:
        return False
    known = parameters["properties"]
    return (all(each in given for each in parameters.get("required", []))
            and all(each in known and each in accepted for each in given)
            and all(value_fits(value, known[each], accepted[each], language) for each, value in given.items())
            and all(each in given or MAY_BE_ABSENT in values for each, values in accepted.items()))


def is_right(category: str, entry: dict, calls: list[dict]) -> bool:
    """Whether the calls answer an entry of BFCL: all that are wanted, in any order, and no other."""
    if "ground_truth" not in entry:
        return bool(calls) == ("irrelevance" not in category)
    wanted, left = entry["ground_truth"], list(calls)
    if len(wanted) != len(left):
        return False
    for each in wanted:
        fits = (call for call in left if call_fits(call, entry["function"], each, LANGUAGES.get(category)))
        found = next(fits, None)
        if found is None:
            return False
        left.remove(found)
    return True
