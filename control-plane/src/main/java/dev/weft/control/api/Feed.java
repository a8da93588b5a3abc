package dev.weft.control.api;

import java.util.Collection;
import java.util.Map;

/** Things that can be watched, in groups that change together. Used from the serial queue only. */
interface Feed {
    /** The groups that there are now. */
    Collection<String> groups();

    /** What is in a group now, by key; empty when there is no such group. */
    Map<String, ?> items(String group);
}
