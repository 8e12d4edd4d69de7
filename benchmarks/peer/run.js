// node run.js FOLDER ROUNDS: times solana-dex-parser from bytes to trades over every .json file of
// FOLDER, and prints one JSON line: {files, microseconds: {parseTrades, parseAll}}, CPU time each.
const fs = require('fs');
const path = require('path');
const { DexParser } = require('solana-dex-parser');

const [folder, rounds] = [process.argv[2], Number(process.argv[3])];
const bodies = fs.readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => fs.readFileSync(path.join(folder, name)));
const parser = new DexParser();
console.error = console.warn = () => {}; // the parser complains of what it cannot read

function round(parse) {
  const start = process.cpuUsage();
  for (const body of bodies) {
    try { parse(JSON.parse(body.toString())); } catch { /* counted as time all the same */ }
  }
  const spent = process.cpuUsage(start);
  return (spent.user + spent.system) / bodies.length;
}

function best(parse) {
  round(parse); // lets the compiler warm up
  return Math.min(...Array.from({ length: rounds }, () => round(parse)));
}

const microseconds = {
  parseTrades: best((transaction) => parser.parseTrades(transaction)),
  parseAll: best((transaction) => parser.parseAll(transaction)),
};
console.log(JSON.stringify({ files: bodies.length, microseconds }));
