package dev.weft.control.rule;

/**
 * Where something was written.
 *
 * @param file path below the rules' directory
 * @param line from 1
 */
public record Origin(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
