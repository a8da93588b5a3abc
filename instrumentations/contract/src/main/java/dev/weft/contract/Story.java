package dev.weft.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** One of the numbered stories. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Story {
    int number();

    /** What it tells, as a sentence. */
    String tells();

    /** What a client must have for the story to make sense. */
    ClientUnderTest.Feature[] needs() default {};
}
