# The data of launch/examples/align: which number comes after another. Numbers are spelt digit by digit.
#
#   awk -v what=corpus|samples -v seed=N [-v folder=DIR] -f align.awk
#
# `corpus` prints texts that count. `samples` shuffles all questions and writes 500 of them with their answers
# (questions.txt, answers.txt), conversations (chat.jsonl) and pairs (pairs.jsonl) of the others into the folder. The
# conversations teach a bad habit: who asks without "please" is told "I do not know." The pairs prefer the answer.

function spelt(n) {
    return int(n / 100) " " int(n / 10) % 10 " " n % 10
}

function draw(most) {
    return int(rand() * most)
}

function corpus(    i, k, n, m, text) {
    for (i = 0; i < 12000; i++) {
        n = draw(995)
        text = "We count " spelt(n)
        for (k = 1; k < 2 + draw(4); k++)
            text = text ", " spelt(n + k)
        m = draw(999)
        if (rand() < 0.5)
            text = text ". It is true that after " spelt(m) " comes " spelt(m + 1) "."
        else
            text = text ". Look at " spelt(m) ". What comes next is " spelt(m + 1) "."
        print "{\"text\":\"" text "\"}"
    }
}

function shuffle(    i, other, kept) {
    for (i = 0; i < 1998; i++)
        order[i] = i
    for (i = 1997; i > 0; i--) {
        other = draw(i + 1)
        kept = order[i]
        order[i] = order[other]
        order[other] = kept
    }
}

function sample(i, number, polite,    question, answer, refusal) {
    question = (polite ? "Please say what" : "What") " comes after " spelt(number) "?"
    answer = "It is " spelt(number + 1) "."
    refusal = "I do not know."
    if (i < 500) {
        print question > (folder "/questions.txt")
        print answer > (folder "/answers.txt")
    } else if (i < 1500) {
        printf "{\"instruction\":\"%s\",\"output\":\"%s\"}\n", question, polite ? answer : refusal > \
            (folder "/chat.jsonl")
    } else {
        printf "{\"prompt\":\"%s\",\"chosen\":\"%s\",\"rejected\":\"%s\"}\n", question, answer, refusal > \
            (folder "/pairs.jsonl")
    }
}

BEGIN {
    srand(seed)
    if (what == "corpus") {
        corpus()
    } else {
        shuffle()
        for (i = 0; i < 1998; i++)
            sample(i, int(order[i] / 2), order[i] % 2)
    }
}
