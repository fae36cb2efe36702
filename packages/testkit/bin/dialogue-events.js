#!/usr/bin/env node
import { runCommand } from "../dist/events-file/command.js";

process.exitCode = await runCommand(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
