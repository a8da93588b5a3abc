package dev.weft.engine.adapt;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Where an adapter is woven in. The class that bears it implements exactly one of {@link Around},
 * {@link Before} and {@link After}. Read from the class file when the agent is built.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Repeatable(Weave.All.class)
public @interface Weave {
    /** Binary name of the class, matched exactly. */
    String type();

    /** Method name; {@code <init>} for constructors (Before and After only). */
    String method();

    /** Number of parameters; -1 for any. */
    int args() default -1;

    /** Method descriptor, where name and number are not enough. */
    String desc() default "";

    /** Whether releases may lack the method, so that this place is none of theirs. Elsewhere a class without it is refused. */
    boolean optional() default false;

    /**
     * Packages of named modules the adapter must reach into, as {@code module/package}; several of them in one string
     * with commas between, which hooks that need the same can share.
     */
    String[] opens() default {};

    @Retention(RetentionPolicy.CLASS)
    @Target(ElementType.TYPE)
    @interface All {
        Weave[] value();
    }
}
