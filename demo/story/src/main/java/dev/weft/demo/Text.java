package dev.weft.demo;

import com.fasterxml.jackson.databind.JsonNode;

/** Text for a terminal. */
final class Text {
    static String shorten(String text, int most) {
        var line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= most ? line : line.substring(0, most - 3) + "...";
    }

    /** The cause that the shop gives for a failure, without the packages of exceptions. */
    static String cause(JsonNode answer) {
        return shorten(answer.path("cause").asText().replaceAll("([a-z0-9]+\\.)+(?=[A-Z])", ""), 200);
    }

    static String indent(String text, String by) {
        return by + text.strip().replace("\n", "\n" + by);
    }

    private Text() {}
}
