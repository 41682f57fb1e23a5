import { readFileSync, writeFileSync } from "node:fs";

const events = JSON.parse(readFileSync("schema/events.json", "utf8"));
writeFileSync("src/events.ts", `// Generated from schema/events.json.\nexport type Event =\n${events.map((one) => `  | "${one}"`).join("\n")};\n`);
