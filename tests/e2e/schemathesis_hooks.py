"""A check of ours, for schemathesis to load."""
import schemathesis


def has_deadline(body) -> bool:
    parameters = body.get("parameters") if isinstance(body, dict) else None
    return isinstance(parameters, dict) and any(
        key in parameters for key in ("timeout", "deadline_ms"))


@schemathesis.check
def only_what_has_a_deadline_misses_it(ctx, response, case):
    """In place of not_a_server_error for inferences: the one 5xx that is right is a deadline that is
    too short for anybody."""
    if response.status_code >= 500 and case.path.endswith("/infer"):
        assert response.status_code == 504 and has_deadline(case.body), (
            f"{response.status_code} for a request without a deadline")
