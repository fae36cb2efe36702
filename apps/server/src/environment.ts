import { resolve } from "node:path";
import { DialogueError } from "@dialogue/events";
import * as z from "zod";

const whole = (max: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `is not a whole number from 0 to ${max}`)
    .transform(Number)
    .refine((value) => value <= max, `is not a whole number from 0 to ${max}`);

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/, "is not a postgres:// address");

const schema = z
  .object({
    NODE_ENV: z.string().default("development"),
    PORT: whole(65_535).default(3000),
    HOST: z.string().optional(),
    DIALOGUE_DATA_DIR: z.string().default(".data"),
    DATABASE_URL: databaseUrl.optional(),
    DIALOGUE_SECRET: z.string().min(32, "is shorter than 32 characters").optional(),
    LOG_LEVEL: z
      .enum(["debug", "info", "warn", "error", "silent"], "is none of debug, info, warn, error, silent")
      .default("info"),
  })
  .refine((env) => env.NODE_ENV !== "production" || env.DIALOGUE_SECRET !== undefined, {
    path: ["DIALOGUE_SECRET"],
    message: "is required in production",
  });

/** What the environment says, checked. */
export interface Environment {
  readonly port: number;
  /** The address to listen on. Absent: all of them. */
  readonly host: string | undefined;
  /** Absolute. */
  readonly dataFolder: string;
  /** PostgreSQL instead of the embedded database. */
  readonly databaseUrl: string | undefined;
  /** Absent: one is kept in the data folder. */
  readonly secret: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

/** Reads the environment; an empty value counts as absent. Throws INVALID_REQUEST that names the variable, never its value. */
export function readEnvironment(variables: NodeJS.ProcessEnv, directory: string): Environment {
  const present = Object.entries(variables).filter(([, value]) => value !== "");
  const result = schema.safeParse(Object.fromEntries(present));
  if (!result.success)
    throw new DialogueError("INVALID_REQUEST", `cannot read the environment: ${reasonOf(result.error)}`);
  const env = result.data;
  return {
    port: env.PORT,
    host: env.HOST,
    dataFolder: resolve(directory, env.DIALOGUE_DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    secret: env.DIALOGUE_SECRET,
    logLevel: env.LOG_LEVEL,
  };
}

function reasonOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join(", ");
}
