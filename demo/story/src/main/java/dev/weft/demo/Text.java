package dev.weft.demo;

/** Text for a terminal. */
final class Text {
    static String shorten(String text, int most) {
        var line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= most ? line : line.substring(0, most - 3) + "...";
    }

    static String indent(String text, String by) {
        return by + text.strip().replace("\n", "\n" + by);
    }

    private Text() {}
}
