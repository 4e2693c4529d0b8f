# shellcheck shell=bash
# The quickstart's data: a corpus of each source, one tokenizer for both, tokens of each. Sourced; needs script.sh,
# corpus.sh, experiment.sh, $launch, $recipe, $work, $runs, and a function minicpm.
#
# Each product is made aside and renamed when it is whole, so that one that exists is one to be used. What it was made
# from is written beside it; when that is no longer so, it goes, and everything behind it.

# Their names in the recipe. The documentation is what the stable phase trains on; code comes in with the decay.
sources=(docs code)

# Facts of a source: fact NAME FACT. Sizes are measured on Debian 12, as the source lists say.
fact() {
    case $1-$2 in
        docs-costs) printf 'about 17 MB to download, 100 MB on disk\n' ;;
        docs-disk) printf '100000000\n' ;;
        docs-least) printf '10000000\n' ;;
        code-costs) printf 'about 2 MB to download, 20 MB on disk\n' ;;
        code-disk) printf '20000000\n' ;;
        code-least) printf '3000000\n' ;;
    esac
}

source_list() {
    printf '%s\n' "$launch/recipes/quickstart-$1.txt"
}

# The recipe is the one place that says how long a sequence is.
sequence_length() {
    awk '$1 == "sequence_length:" { print $2 }' "$recipe"
}

# The tokens first and what they were made from last: a removal that is cut short is begun again by the next call.
forget_tokens() {
    local source
    for source in "${sources[@]}"; do
        rm -rf "${work:?}/$source" "$work/$source.partial"
    done
    rm -f "$work/sequence-length"
}

forget_tokenizer() {
    forget_tokens
    rm -f "$work/tokenizer.model"
}

forget_what_is_outdated() {
    local source
    if [[ -d $work/data || -f $work/sources.txt ]]; then
        say "An older launch/quickstart has left its data here: making corpora, tokenizer and tokens anew."
        forget_tokenizer
        rm -rf "$work/data" "$work/documents" "$work/corpus" "$work/sources.txt"
    fi
    for source in "${sources[@]}"; do
        if [[ -d $work/corpus/$source ]] && ! cmp -s "$(source_list "$source")" "$work/corpus/$source.list"; then
            say "The source list of $source has changed: making its corpus, the tokenizer and all tokens anew."
            forget_tokenizer
            rm -rf "$work/corpus/$source"
        fi
    done
    if [[ -f $work/sequence-length && $(<"$work/sequence-length") != "$(sequence_length)" ]]; then
        say "The recipe's sequence_length has changed: packing the tokens anew."
        forget_tokens
    fi
}

make_corpus() {
    local source=$1
    local -a options=()
    if [[ -d $work/corpus/$source ]]; then
        return
    fi
    if [[ $source == code ]]; then
        options=(--code)
    fi
    fetch_texts "$(source_list "$source")" "$work/packages" "$work/documents" "$(fact "$source" least)"
    mkdir -p "$work/corpus"
    rm -rf "$work/corpus/$source.new"
    minicpm data collect "${options[@]}" --out "$work/corpus/$source.new" "$work/documents"
    cp "$(source_list "$source")" "$work/corpus/$source.list"
    mv "$work/corpus/$source.new" "$work/corpus/$source"
    rm -rf "$work/documents"
}

make_tokenizer() {
    local source
    local -a corpora=()
    if [[ -f $work/tokenizer.model ]]; then
        return
    fi
    for source in "${sources[@]}"; do
        corpora+=("$work/corpus/$source")
    done
    forget_tokens
    rm -f "$work/tokenizer.new.model"
    minicpm tokenizer train --out "$work/tokenizer.new.model" --pieces 4096 "${corpora[@]}"
    mv "$work/tokenizer.new.model" "$work/tokenizer.model"
}

have_tokens() {
    local source
    for source in "${sources[@]}"; do
        [[ -d $work/$source ]] || return 1
    done
}

make_tokens() {
    local source
    if have_tokens; then
        return
    fi
    # No run goes on with other tokens than it began with.
    close_experiments "$runs" "$work/first-experiment"
    sequence_length >"$work/sequence-length"
    for source in "${sources[@]}"; do
        if [[ ! -d $work/$source ]]; then
            minicpm data build --name "$source" --sequence-length "$(sequence_length)" --held-out 0.05 \
                --tokenizer "$work/tokenizer.model" --out "$work/$source" "$work/corpus/$source"
        fi
    done
}

make_data() {
    local source
    for source in "${sources[@]}"; do
        make_corpus "$source"
    done
    make_tokenizer
    make_tokens
}
