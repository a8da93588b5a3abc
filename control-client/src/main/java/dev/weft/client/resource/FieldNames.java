package dev.weft.client.resource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Names of fields by number, for reports only. They stand in {@code fields.txt} (one line for each
 * message; a test keeps it equal to the published descriptors), which is read when there is
 * something to report and not kept.
 */
final class FieldNames {
    private FieldNames() {}

    static String of(String type, int number) {
        try (InputStream in = FieldNames.class.getResourceAsStream("fields.txt")) {
            if (in == null) {
                return String.valueOf(number);
            }
            return find(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), type, number);
        } catch (IOException e) {
            // The number alone still says which field it is.
            return String.valueOf(number);
        }
    }

    private static String find(BufferedReader lines, String type, int number) throws IOException {
        String mark = number + "=";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(type + " ")) {
                for (String field : line.split(" ")) {
                    if (field.startsWith(mark)) {
                        return field.substring(mark.length());
                    }
                }
            }
        }
        return String.valueOf(number);
    }
}
