package dev.weft.proxy.http1;

/** Takes the field lines of a head, one by one. */
@FunctionalInterface
public interface HeadLines {
    /** Name and value stand in these bytes, which are another's. */
    void line(byte[] in, int name, int nameEnd, int value, int valueEnd);
}
