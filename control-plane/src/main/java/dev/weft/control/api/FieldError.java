package dev.weft.control.api;

/** What is wrong with one field of a body or one parameter. */
record FieldError(String field, String reason) {}
