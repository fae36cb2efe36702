import { connect } from "node:net";

// PostgreSQL answers an SSLRequest with one letter, Redis answers PING with +PONG or asks for a password.
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const services = [
  { variable: "DATABASE_URL", name: "PostgreSQL", port: 5432, question: sslRequest, answer: /^[SN]/ },
  { variable: "REDIS_URL", name: "Redis", port: 6379, question: "PING\r\n", answer: /^(\+PONG|-NOAUTH)/ },
];
const timeoutMs = 5_000;

for (const service of services) {
  try {
    await ask(service);
  } catch (cause) {
    console.error(
      `cannot run the tests: no ${service.name} where ${service.variable} points: ${cause instanceof Error ? cause.message : cause}`,
    );
    process.exitCode = 1;
  }
}

/** Resolves when the service has given its answer. @param {typeof services[number]} service @returns {Promise<void>} */
function ask({ variable, port, question, answer }) {
  const url = new URL(process.env[variable] ?? "");
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port || port) });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    socket.on("connect", () => socket.write(question));
    socket.on("error", reject);
    socket.on("data", (data) => {
      socket.destroy();
      if (answer.test(data.toString("latin1"))) resolve();
      else reject(new Error("something else answers there"));
    });
    socket.on("close", () => reject(new Error("it closed the connection")));
  });
}
