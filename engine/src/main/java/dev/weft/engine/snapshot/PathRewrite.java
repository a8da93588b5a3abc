package dev.weft.engine.snapshot;

/** What becomes of a path before it is sent, or in a redirect; the query stays. */
public sealed interface PathRewrite {
    /** What the route's condition matched is replaced (Envoy: {@code prefix_rewrite}). */
    record Prefix(String replacement) implements PathRewrite {
        public Prefix {
            if (!replacement.startsWith("/")) {
                throw new IllegalArgumentException("prefix_rewrite: '" + replacement + "' does not begin with '/'");
            }
        }
    }

    /** Every match in the path is replaced (Envoy: {@code regex_rewrite}). */
    record Regex(Substitution substitution) implements PathRewrite {}

    /**
     * Built anew from what the route's template captured (Envoy: {@code
     * UriTemplateRewriteConfig.path_template_rewrite}).
     */
    record Template(Substitution substitution) implements PathRewrite {
        /** Refuses with an {@link IllegalArgumentException} what is not a rewrite of this template. */
        public static Template of(PathTemplate matched, String rewrite) {
            if (!rewrite.startsWith("/")) {
                throw new IllegalArgumentException("path_template_rewrite: '" + rewrite + "' does not begin with '/'");
            }
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < rewrite.length(); i++) {
                char c = rewrite.charAt(i);
                if (c != '{') {
                    text.append(c == '\\' ? "\\\\" : c);
                    continue;
                }
                int close = rewrite.indexOf('}', i);
                String name = close < 0 ? "" : rewrite.substring(i + 1, close);
                int group = matched.variables().indexOf(name);
                if (group < 0) {
                    throw new IllegalArgumentException(
                            "path_template_rewrite: '" + rewrite + "' names a variable that '" + matched + "' has not");
                }
                text.append('\\').append(group + 1);
                i = close;
            }
            return new Template(new Substitution(matched.regex().pattern(), text.toString()));
        }
    }
}
