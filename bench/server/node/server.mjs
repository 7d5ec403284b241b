// node-llama-cpp behind a minimal HTTP server: OpenAI's streams of chats, one of SEQUENCES
// sequences a request, which the context batches.
//   node server.mjs MODEL.gguf SEQUENCES THREADS     prints its port
import http from "node:http";
import {getLlama, LlamaChatSession} from "node-llama-cpp";

const [path, sequences, threads] = process.argv.slice(2);
const llama = await getLlama({gpu: false, build: "never", maxThreads: Number(threads)});
const model = await llama.loadModel({modelPath: path});
const context = await model.createContext({
    sequences: Number(sequences), contextSize: 512, threads: Number(threads)});
const free = Array.from({length: Number(sequences)}, () => context.getSequence());
const waiting = [];

function take() {
    return free.length > 0 ? Promise.resolve(free.pop())
                           : new Promise((resolve) => waiting.push(resolve));
}

async function giveBack(sequence) {
    await sequence.clearHistory();
    const next = waiting.shift();
    if (next) next(sequence); else free.push(sequence);
}

async function answer(body, out) {
    const sequence = await take();
    const session = new LlamaChatSession({contextSequence: sequence, autoDisposeSequence: false});
    const before = sequence.tokenMeter.getState().usedOutputTokens;
    const write = (data) => out.write(`data: ${JSON.stringify(data)}\n\n`);
    try {
        await session.prompt(body.messages[0].content, {
            maxTokens: body.max_tokens, temperature: body.temperature, seed: body.seed,
            onTextChunk: (content) => write({choices: [{index: 0, delta: {content}}]})});
        const used = sequence.tokenMeter.getState().usedOutputTokens - before;
        write({choices: [], usage: {completion_tokens: used}});
        out.end("data: [DONE]\n\n");
    } finally {
        session.dispose({disposeSequence: false});
        await giveBack(sequence);
    }
}

const server = http.createServer((request, out) => {
    let text = "";
    request.on("data", (piece) => { text += piece; });
    request.on("end", () => {
        out.writeHead(200, {"content-type": "text/event-stream"});
        answer(JSON.parse(text), out).catch((error) => {
            console.error(error);
            out.destroy();
        });
    });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
