"""Requests for the proof: questions (XQuAD), code, tool calls (BFCL), half of them greedy, half sampled,
some with penalties, some with two choices, some with a LoRA adapter. The same ones each time, and short: the scalar kernels compute every row too."""
import json

from support import places

CODE_LINES = 5


def question_prompts() -> list[dict]:
    """Every eighth has its paragraph before it, of two blocks, which others share."""
    squad = json.loads((places.data_path() / "xquad" / "xquad.en.json").read_text(encoding="utf-8"))
    asked = [(paragraph["context"], qa["question"]) for article in squad["data"]
             for paragraph in article["paragraphs"] for qa in paragraph["qas"]]
    lead = asked[0][0][:600] + "\n"
    return [{"prompt": f"{lead if i % 8 == 0 else ''}Question: {question}\nAnswer:"}
            for i, (_, question) in enumerate(asked)]


def code_prompts() -> list[dict]:
    """Pieces of this project's own sources."""
    pieces = []
    for path in sorted((places.SOURCE_DIR / "src").rglob("*.cpp")):
        lines = path.read_text(encoding="utf-8").splitlines()
        pieces += [{"prompt": "\n".join(lines[at:at + CODE_LINES]) + "\n"}
                   for at in range(20, len(lines) - CODE_LINES, 60)]
    return pieces


def tool_prompts() -> list[dict]:
    prompts = []
    for category in ("simple_python", "live_simple", "irrelevance"):
        path = places.data_path() / "bfcl" / f"{category}.even.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            tool, asked = entry["function"][0]["name"], entry["question"][0][-1]["content"][:200]
            prompts.append({"prompt": f"Tool: {tool}\nUser: {asked}\nCall: {tool}("})
    return prompts


def sampling_of(number: int) -> dict:
    greedy = number % 2 == 0
    return {"seed": number, "temperature": 0 if greedy else 0.8,
            **({"top_p": 0.95} if number % 4 == 1 else {}),
            **({"repetition_penalty": 1.1} if number % 5 == 0 else {}),
            **({"n": 2} if number % 10 == 3 else {}),
            **({"adapter": ("plain", "rslora")[number // 8 % 2]} if number % 8 == 3 else {})}


def spread(items: list, count: int) -> list:
    """`count` of them, evenly."""
    assert len(items) >= count, (len(items), count)
    return [items[i * len(items) // count] for i in range(count)]


def requests(count: int) -> list[dict]:
    kinds = [question_prompts(), code_prompts(), tool_prompts()]
    shares = [count * 2 // 5, count * 3 // 10]
    shares.append(count - sum(shares))
    chosen = [item for kind, share in zip(kinds, shares) for item in spread(kind, share)]
    return [{**item, **sampling_of(i)} for i, item in enumerate(chosen)]
