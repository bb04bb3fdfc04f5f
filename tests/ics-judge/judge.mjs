// Reads a JSON array of calendar files from standard input with ical.js, strictly, and writes what it understood.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

ICAL.design.strict = true;

function utc(time) {
  return time.toJSDate().toISOString();
}

function person(property) {
  return {
    address: property.getFirstValue(),
    name: property.getParameter("cn") ?? null,
  };
}

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return {
    method: calendar.getFirstPropertyValue("method"),
    version: calendar.getFirstPropertyValue("version"),
    events: calendar.getAllSubcomponents("vevent").map((component) => {
      const event = new ICAL.Event(component);
      return {
        uid: event.uid,
        sequence: event.sequence,
        stamp: utc(component.getFirstPropertyValue("dtstamp")),
        begins: utc(event.startDate),
        ends: utc(event.endDate),
        summary: event.summary,
        description: event.description,
        location: event.location,
        url: component.getFirstPropertyValue("url"),
        status: component.getFirstPropertyValue("status"),
        organizer: component.hasProperty("organizer") ? person(component.getFirstProperty("organizer")) : null,
        attendees: component.getAllProperties("attendee").map(person),
      };
    }),
  };
}

const files = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(
  JSON.stringify(
    files.map((text) => {
      try {
        return { read: read(text) };
      } catch (error) {
        return { error: String(error.message ?? error) };
      }
    }),
  ),
);
