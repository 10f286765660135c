#!/usr/bin/env node
// The program is built; this file is there from the start, so that npm can link to it.
import '../dist/bin.js';
