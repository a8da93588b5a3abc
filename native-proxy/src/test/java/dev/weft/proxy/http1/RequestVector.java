package dev.weft.proxy.http1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of {@code requests.txt}.
 *
 * @param fate what is to become of it: a status, or a word that is told there
 * @param what is particular about it
 * @param text its octets, each a character
 */
record RequestVector(String fate, String what, String text) {
    static final String BODY = "body";
    static final String TAKEN = "taken";
    static final String EITHER = "either";

    static List<RequestVector> all() {
        List<RequestVector> all = new ArrayList<>();
        for (String line : file().split("\n")) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" \\| ", 3);
            all.add(new RequestVector(parts[0], parts[1], unescaped(parts[2])));
        }
        return all;
    }

    private static String file() {
        try (InputStream in = RequestVector.class.getResourceAsStream("requests.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char here = text.charAt(i);
            if (here != '\\') {
                out.append(here);
                continue;
            }
            i++;
            switch (text.charAt(i)) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '0' -> out.append('\0');
                case '\\' -> out.append('\\');
                case 'x' -> {
                    out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new AssertionError("no escape: " + text.substring(i - 1));
            }
        }
        return out.toString();
    }

    /** Whether it is refused by its head alone. */
    boolean head() {
        return Character.isDigit(fate.charAt(0));
    }

    @Override
    public String toString() {
        return what;
    }
}
