/** What a Spring Boot application says about itself. */
@NullMarked
package dev.weft.spring;

import org.jspecify.annotations.NullMarked;
