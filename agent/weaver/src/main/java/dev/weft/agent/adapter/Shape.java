package dev.weft.agent.adapter;

/** What is woven into a method. */
public enum Shape {
    /** A prologue that may answer the call instead of the body. */
    AROUND,
    /** A prologue that may replace arguments. */
    BEFORE,
    /** Before each return, where the result may be replaced. */
    AFTER
}
