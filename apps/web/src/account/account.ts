import { DialogueError, isWireError, type PublicUser } from "@dialogue/events";

/** Who uses this browser, and what proves it. */
export interface Account {
  readonly user: PublicUser;
  readonly token: string;
}

const place = "dialogue.account";

/** The account that this browser keeps; undefined where there is none. */
export function keptAccount(storage: Storage): Account | undefined {
  const kept = parsed(storage.getItem(place) ?? "null");
  return isAccount(kept) ? kept : undefined;
}

export function keepAccount(storage: Storage, account: Account): void {
  storage.setItem(place, JSON.stringify(account));
}

export function forgetAccount(storage: Storage): void {
  storage.removeItem(place);
}

/**
 * Asks the server for an account under that name: the present one renewed and renamed, or a new one. Rejects with the
 * server's refusal, or UNAVAILABLE when it cannot be reached.
 */
export async function signIn(name: string, present?: Account): Promise<Account> {
  const response = await post(name, present?.token);
  const answer = parsed(await response.text());
  if (response.ok && isAccount(answer)) return answer;
  if (isRecord(answer) && isWireError(answer.error)) throw DialogueError.fromWire(answer.error);
  throw new DialogueError("UNAVAILABLE", `cannot sign in: the server answered ${response.status}`);
}

/** The kept account with a new token; as it was when the server cannot be asked, undefined when it is not valid any more. */
export async function renewed(account: Account): Promise<Account | undefined> {
  try {
    return await signIn(account.user.name, account);
  } catch (error) {
    const isVoid = error instanceof DialogueError && error.code === "UNAUTHENTICATED";
    return isVoid ? undefined : account;
  }
}

async function post(name: string, token: string | undefined): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  try {
    return await fetch("/api/session", { method: "POST", headers, body: JSON.stringify({ name }) });
  } catch (cause) {
    throw new DialogueError("UNAVAILABLE", "cannot sign in: the server cannot be reached", { cause });
  }
}

/** Undefined for what is not JSON: a proxy's page, or what another program left in the storage. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isAccount(value: unknown): value is Account {
  if (!isRecord(value) || typeof value.token !== "string") return false;
  const user = value.user;
  return isRecord(user) && typeof user.id === "string" && typeof user.name === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
