// Who is asking: the token, and the API as it is asked with that token.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { ApiError, getJson, postJson, type Token } from "./api/client";

const key = "sluice-token";

export const storedToken = (): Token => sessionStorage.getItem(key);
export const storeToken = (token: string): void => sessionStorage.setItem(key, token);

export interface Api {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/** `refused` hears of calls that the token, or having none, was not enough for. */
export function makeApi(token: Token, refused: (message: string) => void): Api {
  const watch = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) refused(error.message);
      throw error;
    }
  };
  return {
    get: (path, signal) => watch(getJson(path, token, signal)),
    post: (path, body) => watch(postJson(path, token, body)),
  };
}

export const ApiContext = createContext<Api>(makeApi(null, () => {}));
export const useApi = (): Api => useContext(ApiContext);

/** What went wrong, for people. */
export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
