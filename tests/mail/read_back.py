"""Reads what we make as other programs do, and prints what it found as JSON.

  ics            an iCalendar text from standard input: its events, as `icalendar` reads them
  between A B    the same text: which events `recurring-ical-events` finds from day A until day B
  letter         an RFC 5322 letter: its parts in order, as the standard library reads them, with the
                 text of each
  caldav         a JSON list of iCalendar texts: each is put into a calendar of a real CalDAV server
                 (Radicale) under the UID of its event, and what is there then is told
"""

import email
import email.policy
import http.client
import json
import logging
import re
import sys
import tempfile
import threading
from datetime import date, datetime
from wsgiref.simple_server import WSGIRequestHandler, make_server

import icalendar
import recurring_ical_events
import vobject


def plain(value):
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def event(component):
    people = component.get("ATTENDEE", [])
    people = people if isinstance(people, list) else [people]
    found = {
        name.lower(): plain(component.decoded(name))
        for name in ("DTSTART", "DTEND", "DTSTAMP")
        if name in component
    }
    for name in ("UID", "SEQUENCE", "SUMMARY", "URL", "LOCATION", "STATUS", "ORGANIZER", "DESCRIPTION"):
        if name in component:
            found[name.lower()] = str(component[name])
    if "ORGANIZER" in component:
        found["organizer_name"] = component["ORGANIZER"].params.get("CN")
    found["attendees"] = [
        [str(one), one.params.get("CN"), one.params.get("PARTSTAT"), one.params.get("RSVP")]
        for one in people
    ]
    return found


def read(text):
    calendar = icalendar.Calendar.from_ical(text)
    for component in calendar.walk():
        assert not component.errors, component.errors
    # A second opinion, which refuses what lacks a property or has one too many.
    for other in vobject.readComponents(text):
        other.validate(raiseException=True)
    return calendar


def ics(text):
    calendar = read(text)
    return {
        "method": str(calendar["METHOD"]),
        "name": str(calendar.get("NAME", "")),
        "events": [event(one) for one in calendar.walk("VEVENT")],
    }


def between(text, first, last):
    found = recurring_ical_events.of(read(text)).between(
        date.fromisoformat(first), date.fromisoformat(last)
    )
    return [str(one["UID"]) for one in found]


def letter(text):
    message = email.message_from_bytes(text, policy=email.policy.default)
    return {
        "headers": {name: str(value) for name, value in message.items()},
        "parts": [
            {
                "type": part.get_content_type(),
                "method": part.get_param("method", ""),
                "charset": part.get_param("charset", ""),
                "file": part.get_filename() or "",
                "text": ""
                if part.is_multipart()
                else part.get_payload(decode=True).decode("utf-8"),
            }
            for part in message.walk()
        ],
        "problems": [str(defect) for part in message.walk() for defect in part.defects],
    }


class Silent(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def caldav(texts):
    from radicale import Application, config

    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        settings = config.load()
        settings.update({
            "auth": {"type": "none"},
            "storage": {"filesystem_folder": folder},
            "rights": {"type": "authenticated"},
        }, "the tests")
        server = make_server("127.0.0.1", 0, Application(settings), handler_class=Silent)
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def ask(method, path, body="", headers=()):
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
            headers = {"Authorization": "Basic dG9tOg==", **dict(headers)}
            connection.request(method, path, body.encode("utf-8"), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8")

        answers = [ask("MKCALENDAR", "/tom/mentoring/")[0]]
        for text in texts:
            calendar = read(text)
            # RFC 4791 keeps it without; programs leave it out.
            text = re.sub("METHOD:.*\r\n", "", text)
            path = f"/tom/mentoring/{calendar.walk('VEVENT')[0]['UID']}.ics"
            answers.append(ask("PUT", path, text, {"Content-Type": "text/calendar"})[0])
        query = """<?xml version="1.0"?>
            <c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
            <d:prop><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR">
            <c:comp-filter name="VEVENT"><c:time-range start="20260401T000000Z"
            end="20260501T000000Z"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"""
        _, found = ask("REPORT", "/tom/mentoring/", query, {"Depth": "1", "Content-Type": "text/xml"})
        _, held = ask("GET", "/tom/mentoring/")
        server.shutdown()
    return {
        "answers": answers,
        "found": re.findall("UID:([0-9a-f-]*)", found),
        "events": [event(one) for one in read(held).walk("VEVENT")],
    }


what, *more = sys.argv[1:]
given = sys.stdin.buffer.read()
answer = {
    "ics": lambda: ics(given.decode("utf-8")),
    "between": lambda: between(given.decode("utf-8"), *more),
    "letter": lambda: letter(given),
    "caldav": lambda: caldav(json.loads(given)),
}[what]()
print(json.dumps(answer))
