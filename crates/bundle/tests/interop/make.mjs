// make.mjs OUTPUT KEY…: makes a bundle with `wbn`, and signs it with `wbn-sign` by every key, as the
// app of the first.
import { readFileSync, writeFileSync } from 'node:fs';
import { load } from './packages.mjs';

const [output, ...pems] = process.argv.slice(2);
const { BundleBuilder } = load('wbn');
const { IntegrityBlockSigner, NodeCryptoSigningStrategy, WebBundleId, parsePemKey } = load('wbn-sign');

const keys = pems.map((pem) => parsePemKey(readFileSync(pem, 'utf8')));
const id = new WebBundleId(keys[0]);
const origin = id.serializeWithIsolatedWebAppOrigin();

const builder = new BundleBuilder();
builder.addExchange(origin, 200, { 'Content-Type': 'text/html' }, '<!doctype html><title>Grüße</title>');
// As the package's own command does for `index.html`.
builder.addExchange(`${origin}index.html`, 301, { Location: './' }, '');
builder.addExchange(
  `${origin}large.bin`,
  200,
  { 'Content-Type': 'application/octet-stream', 'X-Other': 'a, b' },
  new Uint8Array(100_000).fill(7),
);

const strategies = keys.map((key) => new NodeCryptoSigningStrategy(key));
const signer = new IntegrityBlockSigner(builder.createBundle(), id.serialize(), strategies);
const { signedWebBundle } = await signer.sign();
writeFileSync(output, signedWebBundle);
console.log(JSON.stringify({ id: id.serialize() }));
