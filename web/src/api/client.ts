// Calls of the daemon's API. Paths are relative to the page.

/** An answer that is not the one asked for; status 0: there was none. `body`: its JSON, if it is. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: unknown = undefined,
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
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<ApiError> {
  // Not JSON: the status has to do.
  const body: unknown = await response.json().catch(() => undefined);
  const { error, message } = (body ?? {}) as { error?: unknown; message?: unknown };
  const text = [error, message].find((value) => typeof value === "string" && value !== "");
  const status = `The daemon answered ${response.status} ${response.statusText}`.trimEnd() + ".";
  return new ApiError(response.status, (text as string | undefined) ?? status, body);
}
