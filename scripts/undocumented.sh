#!/bin/sh
# Lists public declarations without a docstring, as FILE:LINE: the declaration; nothing where all have one.
#
# What a type has because of a protocol is described there and needs none: known by its name, or for initialisers by their
# first argument, in types that conform to some protocol. So it is with what Swift's own protocols ask for.
# Reads the layout that `make format` gives: four spaces a level, a declaration's first words on one line.
set -eu
cd "$(dirname "$0")/.."
files=$(find Sources -name '*.swift' | LC_ALL=C sort)
# Twice: first what types and requirements there are, then what lacks a docstring.
# shellcheck disable=SC2086
exec awk '
function indent(line) { match(line, /^ */); return RLENGTH }
# The name of a declaration; of an initialiser with its first label.
function name(line, kind) {
    sub(modifiers, "", line)
    if (kind == "init") { sub(/^init[?(]*/, "", line); sub(line ~ "^_ " ? "[:)].*" : "[ :)].*", "", line); return "init(" line }
    sub(/^[a-z]+ /, "", line)
    if (kind == "func") sub(/[(<] *[()A-Za-z_].*/, "", line)
    else sub(/[^A-Za-z0-9_].*/, "", line)
    sub(/ *$/, "", line)
    return line
}
BEGIN {
    split("description debugDescription == < hash next rawValue id errorDescription configuration run validate " \
          "allValueStrings init(argument init(rawValue init(integerLiteral init(floatLiteral init(stringLiteral " \
          "init(booleanLiteral init(arrayLiteral init(dictionaryLiteral main", known)
    for (i in known) required[known[i]] = 1
    modifiers = "^ *((@[A-Za-z]+(\\([^)]*\\))?|public|open|package|internal|fileprivate|private|static|final|mutating|nonisolated|override|required|convenience|lazy|weak|indirect|consuming|borrowing)(\\((set|unsafe)\\))? +)*"
    kinds = "(func|var|let|init|subscript|associatedtype|typealias|struct|class|enum|protocol|extension|case|actor)"
}
FNR == 1 { pass += FILENAME == first; if (!first) { first = FILENAME; pass = 1 }; documented = 0; delete kind; delete access; delete conforms; quoted = 0 }
# The text of a string of several lines is no declaration.
{ marks = gsub(/"""/, "\"\"\""); inside = quoted; if (marks % 2) quoted = !quoted; if (inside) next }
/^ *\/\/\// { documented = 1; next }
/^ *@[A-Za-z]+(\(.*\))?$/ { next }
{
    head = $0
    if (match(head, modifiers kinds "[^A-Za-z]")) {
        k = head; sub(modifiers, "", k); match(k, "^" kinds); k = substr(k, 1, RLENGTH)
        at = indent(head)
        prefix = head; sub(kinds "[^A-Za-z].*", "", prefix)
        within = at >= 4 ? kind[at - 4] : ""
        around = at >= 4 ? access[at - 4] : "public"
        isPublic = (prefix ~ /public|open/ || within == "protocol" || within == "enum" && k == "case") && around == "public"
        if (within == "body") isPublic = 0
        n = name(head, k)
        if (pass == 1) {
            if (k ~ /struct|class|enum|protocol|actor/) types[n] = !isPublic ? "internal" : k == "protocol" ? k : "public"
            if (within == "protocol" && isPublic) required[n] = 1
        } else if (isPublic && !documented && k != "extension" && !(n in required && k != "case" && at >= 4 && conforms[at - 4]))
            print FILENAME ":" FNR ":" head
        if (k ~ /struct|class|enum|protocol|actor|extension/) {
            kind[at] = k
            clause = head; gsub(/<[^>]*>/, "", clause)
            conforms[at] = k != "protocol" && clause ~ /:/ || k == "extension" && types[n] == "protocol"
            access[at] = (k == "extension" ? !(n in types) || types[n] != "internal" : isPublic) ? "public" : "internal"
        } else kind[at] = "body"
    }
    documented = 0
}' $files $files
