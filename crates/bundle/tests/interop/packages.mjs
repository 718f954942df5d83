// The packages are development dependencies of `js/`, which is not above this folder.
import { createRequire } from 'node:module';

/** Loads an installed package by name. */
export const load = createRequire(`${process.env.INSULA_NODE_MODULES}/`);
