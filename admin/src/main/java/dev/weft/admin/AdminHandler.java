package dev.weft.admin;

/** Answers requests by its pages: those that are allowed, and each with something. */
public final class AdminHandler {
    private final Guard guard;
    private final AdminPages pages;

    public AdminHandler(Guard guard, AdminPages pages) {
        this.guard = guard;
        this.pages = pages;
    }

    /**
     * @param local over a unix socket, where no browser can come
     * @param sameUser and its peer is the process's own user
     */
    public AdminAnswer answer(AdminRequest request, boolean local, boolean sameUser) {
        AdminAnswer refusal = guard.refuse(request, local, sameUser);
        if (refusal != null) {
            return refusal;
        }
        try {
            boolean change = request.method().equals("POST");
            AdminAnswer answer = change ? pages.change(request) : pages.show(request);
            return answer != null ? answer : AdminAnswer.refused(404, "No such page");
        } catch (RuntimeException | LinkageError e) {
            return AdminAnswer.refused(500, "Our own failure: " + e);
        }
    }
}
