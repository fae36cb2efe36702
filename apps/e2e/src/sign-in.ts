/** Who signed in, as a client's `auth` takes it. */
export interface SignedIn {
  readonly userId: string;
  readonly token: string;
}

/** Signs a new person in, as the page does. */
export async function signedIn(url: string, name: string): Promise<SignedIn> {
  const response = await fetch(`${url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  // What the server's own sign-in answers.
  const { user, token } = (await response.json()) as { readonly user: { readonly id: string }; readonly token: string };
  return { userId: user.id, token };
}
