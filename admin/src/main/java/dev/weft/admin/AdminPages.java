package dev.weft.admin;

import org.jspecify.annotations.Nullable;

/** What the admin endpoint shows and does; null where there is no such page. Answers are whole and quick. */
public interface AdminPages {
    @Nullable
    AdminAnswer show(AdminRequest request);

    /** Changes something; asked only on behalf of who may, see {@link Guard}. */
    @Nullable
    AdminAnswer change(AdminRequest request);
}
