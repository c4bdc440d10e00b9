// Calls of the daemon's API. Paths are relative to the page.

/** An answer that is not the one asked for; status 0: there was none. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export type Token = string | null;

/** The response of a call that went well. */
export async function call(path: string, token: Token, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers, cache: "no-store" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, "The daemon does not answer.");
  }
  if (!response.ok) throw new ApiError(response.status, await reason(response));
  return response;
}

export async function getJson<T>(path: string, token: Token, signal?: AbortSignal): Promise<T> {
  const response = await call(path, token, signal ? { signal } : {});
  return (await response.json()) as T;
}

export async function postJson<T>(path: string, token: Token, body: unknown): Promise<T> {
  const response = await call(path, token, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

async function reason(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { error?: unknown };
    if (typeof error === "string" && error !== "") return error;
  } catch {
    // Not JSON: the status has to do.
  }
  return `The daemon answered ${response.status} ${response.statusText}`.trimEnd() + ".";
}
