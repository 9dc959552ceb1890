// Makes tests/parity/fixtures/face_api.json: what face-api itself reads off the astronaut's face.
//
//   npm pack @vladmandic/face-api@1.7.15, unpack it, then
//   python tests/parity/face_api_cuts.py > cuts.json
//   node tests/parity/face_api.js PACKAGE_FOLDER cuts.json > tests/parity/fixtures/face_api.json
"use strict";
const fs = require("fs");
const vm = require("vm");

const [folder, cutsFile] = process.argv.slice(2);
// The browser build runs in Node once these exist.
globalThis.window = globalThis;
globalThis.document = { createElement: () => ({ getContext: () => null }), body: null };
for (const name of ["HTMLCanvasElement", "HTMLImageElement", "HTMLVideoElement", "ImageData",
    "CanvasRenderingContext2D", "Image"]) {
    globalThis[name] ??= class {};
}
vm.runInThisContext(fs.readFileSync(`${folder}/dist/face-api.js`, "utf8"));
const { tf, ...nets } = globalThis.faceapi;

function load(net, name) {
    const manifest = JSON.parse(fs.readFileSync(`${folder}/model/${name}_model-weights_manifest.json`));
    const data = fs.readFileSync(`${folder}/model/${name}_model.bin`);
    const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
    net.loadFromWeightMap(tf.io.decodeWeights(bytes, manifest[0].weights));
    return net;
}

async function main() {
    await tf.setBackend("cpu");
    const cuts = JSON.parse(fs.readFileSync(cutsFile));
    const cut = (side) => tf.tensor4d(cuts[side], [1, side, side, 3]);
    const numbers = async (tensor) => Array.from(await (await tensor).data());
    const age = await load(new nets.AgeGenderNet(), "age_gender").forward(cut(112));
    process.stdout.write(JSON.stringify({
        identity: await numbers(load(new nets.FaceRecognitionNet(), "face_recognition").forward(cut(150))),
        expression: await numbers(load(new nets.FaceExpressionNet(), "face_expression").forward(cut(112))),
        points68: await numbers(load(new nets.FaceLandmark68Net(), "face_landmark_68").forward(cut(112))),
        age: await numbers(age.age),
        gender: await numbers(age.gender),
    }) + "\n");
}
main();
