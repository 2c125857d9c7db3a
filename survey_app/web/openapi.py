"""The description of the JSON API, OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

_ID = {"name": "submission_id", "in": "path", "required": True,
       "schema": {"type": "integer", "minimum": 1, "maximum": 2147483647}}  # fmt: skip
_QUESTION = {"name": "question_id", "in": "path", "required": True,
             "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"}}  # fmt: skip
_SINCE = {"name": "since", "in": "query", "required": False,
          "description": "The `cursor` of an earlier reply or of the submission; without it no "
          "answers are told.",
          "schema": {"type": "integer", "minimum": 0, "maximum": 2147483647}}  # fmt: skip
_NAME = {"type": "string", "pattern": "^[A-Za-z0-9]{1,32}$"}
_BROWSER = {"name": "browser", "in": "query", "required": False,
            "description": "What the asker called itself in `presence`; it is left out.",
            "schema": _NAME}  # fmt: skip
_BLANK = {
    "description": "Why there is no answer.",
    "anyOf": [
        {"type": "null"},
        {
            "type": "object",
            "required": ["code"],
            "properties": {
                "code": {"enum": ["cannot_be_stated", "reason"]},
                "text": {"type": "string"},
            },
            "additionalProperties": False,
        },
    ],
}
_VALUE = {
    "description": "The answer in the shape of the question's kind: a text; a list of texts for "
    "several boxes; {chosen, details} for choices; {row: option} for a matrix; "
    "{entries: [{id, values}], removed} for a list, an id left out is made; "
    "{cells: {row: {column: number}}, notes} for a table, a cell that is null is stated missing; "
    "a whole number, or "
    "a decimal or any other text, for numbers; {files, text} for files; null for none."
}


def _reply(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


_ERRORS = {
    "401": _reply("Not signed in.", "Error"),
    "403": _reply("Not allowed.", "Error"),
    "404": _reply("No such thing, or another unit's.", "Error"),
    "409": _reply("Another unit's, and not handed over yet.", "Error"),
}
_SAVES = {
    "200": _reply(
        "Saved: the new version, what opened and closed, what is wrong. ``merged``: upon an "
        "old version of a list or table, whose other changes stand in it too; ``taken_in`` "
        "names them.",
        "Saved",
    ),
    "400": _reply("The CSRF token is missing, or the request was cut off.", "Error"),
    **_ERRORS,
    "409": _reply("Written upon an old version; both values. Or not in draft.", "Stale"),
    "413": _reply("Too large.", "Error"),
    "422": _reply("A shape that no answer has.", "Error"),
}


_LATER = {"Retry-After": {"required": True, "description": "In how many seconds it may go.",
                          "schema": {"type": "integer", "minimum": 1}}}  # fmt: skip
_ALWAYS = {
    "422": _reply("The address or the body holds a sign that cannot be kept (U+0000).", "Error"),
    "429": {**_reply("Too much in a minute, or too many tries that failed. Nothing is changed.",
                     "Error"), "headers": _LATER},
    "503": {**_reply("Busy, or without its database. If it may be saved, `error` says "
                     "`perhaps_saved`.", "Error"), "headers": _LATER},
}  # fmt: skip
"""What any operation may answer: also who only reads may show too many tokens that are none."""


def _operation(operation: str, summary: str, responses: dict[str, Any], **more: Any) -> Any:
    large = {"413": _SAVES["413"]} if "requestBody" in more else {}
    told = dict(sorted({**_ALWAYS, **large, **responses}.items()))
    return {"operationId": operation, "summary": summary, "responses": told, **more}


def openapi_document(cookie: str) -> dict[str, Any]:
    """The whole description; ``cookie`` is the name of the session's."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Redogör",
            "version": "1",
            "description": "Sign in by session and send its CSRF token as X-CSRFToken with every "
            "change, or send a bearer token made by `survey-app token EMAIL`.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
            "schemas": _schemas(),
        },
    }


def _paths() -> dict[str, Any]:
    save_body = {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Save"}}},
    }
    file_body = {
        "required": True,
        "content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/File"}}},
    }
    presence_body = {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Presence"}}},
    }
    task_body = {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ChangeTask"}}},
    }
    sign_in_body = {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SignIn"}}},
    }
    return {
        "/submissions": {
            "get": _operation(
                "list_submissions", "The submissions that one may read.",
                {"200": _reply("All of them.", "Submissions"), "401": _ERRORS["401"]},
            )
        },
        "/submissions/{submission_id}": {
            "get": _operation(
                "read_submission", "One submission with its answers.",
                {"200": _reply("The submission.", "Submission"), **_ERRORS}, parameters=[_ID],
            )
        },
        "/submissions/{submission_id}/answers/{question_id}": {
            "put": _operation(
                "save_answer", "Save one answer upon a version.", _SAVES,
                parameters=[_ID, _QUESTION], requestBody=save_body,
            )
        },
        "/submissions/{submission_id}/answers/{question_id}/files": {
            "post": _operation(
                "attach_file", "Add a file to an answer.", _SAVES,
                parameters=[_ID, _QUESTION], requestBody=file_body,
            )
        },
        "/submissions/{submission_id}/changes": {
            "get": _operation(
                "list_changes",
                "The answers saved since a cursor, and who is on which question. Cheap; ask it "
                "every second or so. It does not prolong a login.",
                {"200": _reply("What is new, and the cursor to ask with next.", "Changes"),
                 **_ERRORS}, parameters=[_ID, _SINCE, _BROWSER],
            )
        },
        "/submissions/{submission_id}/presence": {
            "put": _operation(
                "say_presence",
                "Say on which question one is: at once when that changes, else every ten seconds. "
                "After eighteen seconds of silence one is gone.",
                {"204": {"description": "Noted."}, "400": _SAVES["400"], **_ERRORS,
                 "409": _reply("Not in draft.", "Error"), "422": _SAVES["422"]},
                parameters=[_ID], requestBody=presence_body,
            )
        },
        "/submissions/{submission_id}/tasks/{question_id}": {
            "get": _operation(
                "read_task", "Whose a question is, until when, and how far it is.",
                {"200": _reply("The work as it is now.", "Task"), **_ERRORS, "422":
                 _reply("A question that no writer answers.", "Error")},
                parameters=[_ID, _QUESTION],
            ),
            "put": _operation(
                "change_task", "Say whose a question is, until when, and how far it is.",
                {"200": _reply("Kept: the work as it is now.", "Task"), "400": _SAVES["400"],
                 **_ERRORS,
                 "409": _reply("Changed by somebody else meanwhile. Or not in draft.", "Error"),
                 "422": _reply("No writer, no day, or nothing to mark.", "Error")},
                parameters=[_ID, _QUESTION], requestBody=task_body,
            )
        },
        **_report_paths(),
        "/session": {
            "get": _operation(
                "still_here", "Whether this browser is signed in; gives the CSRF token.",
                {"200": _reply("Signed in.", "Session"), "401": _ERRORS["401"]},
            ),
            "post": _operation(
                "sign_in", "Sign in; gives the CSRF token.",
                {"200": _reply("Signed in.", "Session"), "401": _ERRORS["401"],
                 "422": _SAVES["422"]},
                requestBody=sign_in_body, security=[],
            )
        },
    }  # fmt: skip


def _report_paths() -> dict[str, Any]:
    body = {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SavePiece"}}},
    }
    named = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"}
    at = [
        {**_QUESTION, "name": "diary_number", "schema": named},
        {**_ID, "name": "report_id"},
        {**_QUESTION, "name": "piece_id", "schema": named},
    ]
    return {
        "/cases/{diary_number}/reports/{report_id}/pieces/{piece_id}": {
            "put": _operation(
                "save_piece", "Save what a piece of a compiled report says, upon a version.",
                {"200": _reply("Kept.", "SavedPiece"), "400": _SAVES["400"], **_ERRORS,
                 "409": _reply("Written upon an earlier version: both, and nothing is lost. Or the "
                               "report is settled.", "Stale"),
                 "422": _reply("Too long, or not of the piece's shape.", "Error")},
                parameters=at, requestBody=body,
            )
        }
    }  # fmt: skip


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


def _schemas() -> dict[str, Any]:
    text, number, truth = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
    problem = {"$ref": "#/components/schemas/Problem"}
    states = ["draft", "awaiting_approval", "approved", "handed_in", "archived"]
    asked = _object(
        ["sort", "asked_by", "questions", "state"], asked_by=text, note=text,
        sort={"enum": ["contribution", "round"],
              "description": "In a round all questions are asked, so none is named."},
        questions={"type": "array", "items": text},
        state={"enum": ["asked", "handed_over", "recalled"]},
    )  # fmt: skip
    heading = {
        "id": number, "case": text, "questionnaire": text, "unit": text,
        "questionnaire_version": text, "questionnaire_sha256": text, "state": {"enum": states},
        "deadline": {"type": ["string", "null"]}, "corrects": {"type": ["integer", "null"]},
        "contribution": {"oneOf": [{"type": "null"}, asked]},
    }  # fmt: skip
    answer = _object(["value", "version"], value=_VALUE, blank=_BLANK, version=number,
                     derived=truth, carried=truth, author=text, at=text,
                     shown=truth)  # fmt: skip
    person = _object(["question", "name", "yours"], question=text, label=text, url=text, name=text,
                     yours=truth)  # fmt: skip
    listed = _object(["id", "case", "questionnaire", "state"], **heading)
    section = _object(["shown", "answered", "problems"],
                      shown=number, answered=number, problems=number)  # fmt: skip
    progress = {"type": "object", "additionalProperties": section}
    reckoned = _object(["value", "text"], value={"type": ["integer", "string", "null"]}, text=text)
    computed = {"type": "object", "additionalProperties": reckoned}
    file = _object(["name", "sha256", "url"], name=text, sha256=text, size=number, media_type=text,
                   size_text=text, url=text)  # fmt: skip
    changed = _object(
        ["question", "value", "version", "author", "at"], question=text, value=_VALUE,
        blank=_BLANK, version=number, derived=truth, carried=truth, author=text, at=text,
        shown=truth, yours=truth, text=text, files={"type": "array", "items": file},
        atoms={"type": "object", "additionalProperties": {
            "type": "array", "items": {"type": ["string", "integer", "boolean"]}}},
    )  # fmt: skip
    woven = {"type": "array", "items": {
        "type": "array", "items": {"type": ["string", "boolean"]}, "minItems": 2, "maxItems": 2,
        "description": "Words, and whether the other text lacks them.",
    }}  # fmt: skip
    said = _object(["text", "class"], text=text, **{"class": text})
    either = _object(["value", "blank"], value=_VALUE, blank=_BLANK)
    theirs = _object(["value", "blank", "version"], value=_VALUE, blank=_BLANK, version=number,
                     author=text, at=text)  # fmt: skip
    return {
        "Submissions": _object(["submissions"], submissions={"type": "array", "items": listed}),
        "Submission": _object(
            ["id", "case", "questionnaire", "state", "answers"], **heading,
            answers={"type": "object", "additionalProperties": answer}, cursor=number,
            content_sha256=text, record_sha256={"type": ["string", "null"]},
            shown={"type": "array", "items": text}, problems={"type": "array", "items": problem},
            can_be_sent=truth, revision=number, computed=computed, progress=progress,
            returned={"type": "object", "additionalProperties": text},
        ),
        "Changes": _object(
            ["cursor", "state", "present", "changes"], cursor=number, state={"enum": states},
            moved=text, present={"type": "array", "items": person},
            changes={"type": "array", "items": changed}, progress=progress, computed=computed,
            problems={"type": "array", "items": problem},
        ),
        "Presence": _object(
            ["question", "browser"], question={"type": ["string", "null"]}, browser=_NAME,
        ),
        "Save": _object(
            ["value", "version"], value=_VALUE, blank=_BLANK,
            version={"type": "integer", "minimum": 0, "maximum": 2147483647},
            questionnaire_sha256={
                "type": "string", "description": "The questionnaire that was read while writing; "
                "if the draft has another by now, nothing is saved (409).",
            },
        ),
        "SavePiece": _object(
            ["value", "version"], version={"type": "integer", "minimum": 0, "maximum": 2147483647},
            value={"type": ["array", "null"], "items": text,
                   "description": "Its title and its text, of which a piece may have one."},
        ),
        "SavedPiece": _object(
            ["piece", "value", "version"], piece=text, version=number, blank={"type": "null"},
            value={"type": ["array", "null"], "items": text},
        ),
        "File": _object(
            ["file", "version"], file={"type": "string", "format": "binary"},
            version={"type": "integer", "minimum": 0, "maximum": 2147483647}, option=text,
        ),
        "ChangeTask": _object(
            ["version"], owner={"type": ["integer", "null"]}, due={"type": ["string", "null"]},
            mark={"enum": ["ready", "done", None]},
            version={"type": "integer", "minimum": 0, "maximum": 2147483647},
        ),
        "Task": _object(
            ["question", "state", "version"], question=text, version=number, comments=number,
            state={"enum": ["not_started", "draft", "ready", "done"]}, was=text, plain=text,
            fallen={"enum": ["changed", "returned", None]}, mark={"enum": ["ready", "done", None]},
            owner={"type": ["integer", "null"]}, due={"type": ["string", "null"]},
            said={"type": "array", "items": said},
        ),
        "SignIn": _object(["email", "password"], email=text, password=text, code=text),
        "Session": _object(["csrf_token"], csrf_token=text),
        "Saved": _object(
            ["question", "value", "version", "opened", "closed", "problems"],
            question=text, value=_VALUE, blank=_BLANK, version=number, hidden=truth,
            carried=truth, merged=truth, taken_in=text,
            opened={"type": "array", "items": text}, closed={"type": "array", "items": text},
            problems={"type": "array", "items": problem}, progress=progress, computed=computed,
            derived=truth, files={"type": "array", "items": file},
        ),
        "Stale": _object(
            ["error", "message"], error=text, message=text, question=text, yours=either,
            theirs=theirs, texts=_object(["yours", "theirs"], yours=text, theirs=text),
            differences=_object(["yours", "theirs"], yours=woven, theirs=woven),
        ),
        "Problem": _object(
            ["question", "code", "severity", "message"], question={"type": ["string", "null"]},
            part={"type": ["string", "null"]}, place=text, code=text, message=text,
            severity={"enum": ["error", "blank", "warning"]}, facts={"type": "object"},
        ),
        "Error": _object(["error", "message"], error=text, message=text),
    }  # fmt: skip
