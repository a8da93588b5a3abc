package dev.weft.client.ads;

import java.util.List;
import java.util.Map;

/**
 * A change of names that a server has to be told.
 *
 * @param names new ones, and those of {@code again}
 * @param gone no longer wanted
 * @param again the server believes that they are here, but they were given up meanwhile
 * @param known name and version of what is here already; of the first change on a stream only
 */
record Change(List<String> names, List<String> gone, List<String> again, Map<String, String> known) {}
