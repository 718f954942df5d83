// read.mjs UNSIGNED SIGNED KEY: reads a bundle with `wbn`, and compares its signature with what
// `wbn-sign` makes of it.
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { load } from './packages.mjs';

const [unsignedPath, signedPath, pem] = process.argv.slice(2);
const { Bundle } = load('wbn');
const { IntegrityBlockSigner, NodeCryptoSigningStrategy, WebBundleId, getBundleId, parsePemKey } =
  load('wbn-sign');

const unsigned = readFileSync(unsignedPath);
const signed = readFileSync(signedPath);
const key = parsePemKey(readFileSync(pem, 'utf8'));

const bundle = new Bundle(unsigned);
const responses = {};
for (const url of bundle.urls) {
  const { status, headers, body } = bundle.getResponse(url);
  responses[url] = { status, headers, body: new TextDecoder().decode(body) };
}

const id = getBundleId(signed);
const theirs = new IntegrityBlockSigner(unsigned, id, [new NodeCryptoSigningStrategy(key)]);
const { signedWebBundle } = await theirs.sign();

// What a signature covers, put together by their code; the signature is the end of our block.
const block = signed.subarray(0, signed.length - unsigned.length);
const { stripped, attributes, signature } = split(block);
const payload = theirs.generateDataToBeSigned(theirs.calcWebBundleHash(), stripped, attributes);

console.log(
  JSON.stringify({
    id,
    idOfKey: new WebBundleId(key).serialize(),
    responses,
    signatureIsValid: verify(undefined, payload, createPublicKey(key), signature),
    sameBytesAsSignedByThem: Buffer.compare(signed, signedWebBundle) === 0,
  }),
);

/** Cuts a block of one signature into its parts, by what surrounds them. */
function split(block) {
  // An array of one signature: 81, then an array of two, 82, that begins with a map of one, a1.
  const border = block.indexOf(Buffer.from('8182a1', 'hex'));
  const stripped = Buffer.concat([block.subarray(0, border), Buffer.from('80', 'hex')]);
  const attributesStart = border + 2;
  // The key's head is the first 58: no attribute's name has an X.
  const keyHead = block.indexOf(Buffer.from('58', 'hex'), attributesStart + 2);
  const attributesEnd = keyHead + 2 + block[keyHead + 1];
  const attributes = block.subarray(attributesStart, attributesEnd);
  const signature = block.subarray(attributesEnd + 2);
  return { stripped, attributes, signature };
}
