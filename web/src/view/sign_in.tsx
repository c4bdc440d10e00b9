// Asks for a token when the daemon wants one.
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  /** What was wrong with the last token; empty: there was none yet. */
  problem: string;
  onToken(token: string): void;
}

export function SignIn({ problem, onToken }: Props) {
  const [token, setToken] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current!.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (token.trim()) onToken(token.trim());
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <h1>Sign in</h1>
        <p class="soft">
          This node asks for a token. The dashboard needs the role <code>operate</code>. The token is forgotten when
          this tab is closed.
        </p>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <label>
          Token
          <input
            ref={input}
            type="password"
            name="token"
            autocomplete="current-password"
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <button class="primary">Sign in</button>
      </form>
    </main>
  );
}
