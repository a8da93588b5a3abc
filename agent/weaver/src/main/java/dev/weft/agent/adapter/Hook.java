package dev.weft.agent.adapter;

import java.util.ArrayList;
import java.util.List;

/**
 * One place where an adapter is woven in.
 *
 * @param type binary name of the class
 * @param args number of parameters, -1 for any
 * @param desc descriptor of the method, empty for any
 * @param opens {@code module/package} that the adapter reaches into
 * @param adapter class name of the adapter
 * @param optional whether the class may lack the method
 */
public record Hook(
        Shape shape,
        String type,
        String method,
        int args,
        String desc,
        List<String> opens,
        String adapter,
        boolean optional) {
    private static final String OPTIONAL = "optional";

    public Hook {
        opens = List.copyOf(opens);
    }

    /** One line of a hooks file. */
    public String line() {
        return shape + " " + type + " " + method + " " + args + " " + (desc.isEmpty() ? "-" : desc) + " "
                + (opens.isEmpty() ? "-" : String.join(",", opens)) + " " + adapter + (optional ? " " + OPTIONAL : "");
    }

    public static Hook parse(String line) {
        List<String> word = split(line, ' ');
        return new Hook(
                Shape.valueOf(word.get(0)),
                word.get(1),
                word.get(2),
                Integer.parseInt(word.get(3)),
                word.get(4).equals("-") ? "" : word.get(4),
                word.get(5).equals("-") ? List.of() : split(word.get(5), ','),
                word.get(6),
                word.size() > 7 && word.get(7).equals(OPTIONAL));
    }

    /** {@code String.split} may compile a regex, which has no place in a premain. */
    static List<String> split(String line, char separator) {
        List<String> words = new ArrayList<>(8);
        int from = 0;
        for (int at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, from)) {
            words.add(line.substring(from, at));
            from = at + 1;
        }
        words.add(line.substring(from));
        return words;
    }
}
