// Who is asking: the token, and the API as it is asked with that token.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { ApiError, call, type Token } from "./api/client";

const key = "sluice-token";

export const storedToken = (): Token => sessionStorage.getItem(key);
export const storeToken = (token: string): void => sessionStorage.setItem(key, token);

export interface Api {
  call(path: string, init?: RequestInit): Promise<Response>;
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  /** `body` as JSON. */
  post<T>(path: string, body: unknown): Promise<T>;
}

/** `refused` hears of calls that the token, or having none, was not enough for. */
export function makeApi(token: Token, refused: (message: string) => void): Api {
  const watched = async (path: string, init?: RequestInit): Promise<Response> => {
    try {
      return await call(path, token, init);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) refused(error.message);
      throw error;
    }
  };
  return {
    call: watched,
    get: async (path, signal) => (await watched(path, signal ? { signal } : {})).json(),
    post: async (path, body) => {
      const headers = { "Content-Type": "application/json" };
      return (await watched(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
    },
  };
}

export const ApiContext = createContext<Api>(makeApi(null, () => {}));
export const useApi = (): Api => useContext(ApiContext);

/** What went wrong, for people. */
export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
