package dev.weft.agent.adapter;

import java.util.List;

/**
 * A class or member of a library that an adapter uses. Names are internal ({@code org/x/Foo}).
 *
 * @param name empty for a class
 * @param desc empty for a class
 */
public record Reference(Kind kind, String owner, String name, String desc) implements Comparable<Reference> {
    /** What is referred to, and how: the JVM refuses a static call of an instance method, and so on. */
    public enum Kind {
        CLASS,
        SUPERCLASS,
        INTERFACE,
        METHOD,
        STATIC_METHOD,
        INTERFACE_METHOD,
        FIELD,
        STATIC_FIELD;

        public boolean isType() {
            return this == CLASS || this == SUPERCLASS || this == INTERFACE;
        }

        public boolean isField() {
            return this == FIELD || this == STATIC_FIELD;
        }

        public boolean isStatic() {
            return this == STATIC_METHOD || this == STATIC_FIELD;
        }
    }

    public static Reference type(Kind kind, String owner) {
        return new Reference(kind, owner, "", "");
    }

    /** One line of a references file. */
    public String line() {
        return kind.isType() ? kind + " " + owner : kind + " " + owner + " " + name + " " + desc;
    }

    public static Reference parse(String line) {
        List<String> word = Hook.split(line, ' ');
        Kind kind = Kind.valueOf(word.get(0));
        return kind.isType() ? type(kind, word.get(1)) : new Reference(kind, word.get(1), word.get(2), word.get(3));
    }

    @Override
    public int compareTo(Reference other) {
        return line().compareTo(other.line());
    }

    /** For people: {@code org.x.Foo#bar(I)V}. */
    @Override
    public String toString() {
        String type = owner.replace('/', '.');
        return kind.isType() ? type : type + "#" + name + (kind.isField() ? "" : desc);
    }
}
