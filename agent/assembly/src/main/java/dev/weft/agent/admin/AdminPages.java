package dev.weft.agent.admin;

import org.jspecify.annotations.Nullable;

/** What the admin endpoint shows and does; null where there is no such page. Answers are whole and quick. */
public interface AdminPages {
    @Nullable
    AdminAnswer show(AdminRequest request);

    /** Changes something; asked only on behalf of the user that the application runs as. */
    @Nullable
    AdminAnswer change(AdminRequest request);
}
