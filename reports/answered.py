"""Which frequent questions an article of the knowledge base already answers, by the words that matter in them."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from data.articles import Article
from reports.intervals import Numbers

#: Share of a question's weight that an article must cover; docs/numbers.md says how it was chosen.
COVERED = 2 / 3
#: A wording of fewer terms than this is covered by no article: too many articles have its only one.
LEAST_TERMS = 2
PASSAGE = 300  # characters of an article that are looked at together, with its title
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
#: Words and characters that every question has and no answer turns on.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "the and are can could did does for from get got has have her his how into its let may not off our out over "
        "own please shall she should still than that them then there they this those too want was were what when "
        "where which who why will with would you your after before about any but just only some",
    )
)
_COMMON_SIGNS = frozenset(
    "我你您的了吗嗎呢啊吧么麼怎什哪里裡请請问問是有没沒在可以要想能会會就都还還也和与與及到後后多少几幾为為这這那個个把"
)
#: Pairs that say something although one of their signs is common.
_TELLING = frozenset({"申请", "申請", "邀请", "邀請"})
_ENDING = re.compile(r"(?:ing|ed|es|s)$")


class Knowledge:
    """The articles as sets of terms: English words without their endings, pairs of Chinese characters.

    A term weighs the more, the fewer questions and articles have it (idf, Sparck Jones 1972).
    """

    def __init__(self, articles: Sequence[Article], questions: Iterable[str]) -> None:
        self._articles = articles
        passages = [(place, terms) for place, article in enumerate(articles) for terms in _passages(article)]
        self._article_of = np.array([place for place, _ in passages], dtype=np.int64)
        self._passages_with: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, terms) in enumerate(passages):
            for term in terms:
                self._passages_with[term].append(number)
        seen = [terms_of(question) for question in questions] + [
            terms_of(one.title + " " + one.text) for one in articles
        ]
        counts = Counter(term for terms in seen for term in terms)
        self._weight = {term: math.log(1 + len(seen) / count) for term, count in counts.items()}

    def answer(self, questions: Sequence[str]) -> str | None:
        """Return the title of the article that covers these wordings of one question best; None if none does.

        An article covers a wording by its best passage; the median over the wordings must reach COVERED.
        """
        if not self._articles or not questions:
            return None
        covered = np.median([self._covered(question) for question in questions], axis=0)
        best = int(covered.argmax())
        return self._articles[best].title if covered[best] >= COVERED else None

    def _covered(self, question: str) -> Numbers:
        # Sorted, because the order in which numbers are added up decides their last digits.
        weights = {term: self._weight.get(term, 0.0) for term in sorted(terms_of(question))}
        shared = np.zeros(len(self._article_of))
        for term, weight in weights.items():
            if term in self._passages_with:
                shared[self._passages_with[term]] += weight
        whole = sum(weights.values())
        result = np.zeros(len(self._articles))
        if whole and len(weights) >= LEAST_TERMS:
            np.maximum.at(result, self._article_of, shared / whole)
        return result


def terms_of(text: str) -> set[str]:
    """Return a text's terms: English words without their endings, pairs of Chinese characters; none that all have."""
    found: set[str] = set()
    for run in _WORD.findall(text.casefold()):
        if run[0].isascii():
            found |= {_ENDING.sub("", run)} if len(run) > 2 and run not in _COMMON else set()
        else:
            pairs = {run[start : start + 2] for start in range(len(run) - 1)}
            found |= {pair for pair in pairs if pair in _TELLING or not _COMMON_SIGNS & set(pair)}
    return found


def _passages(article: Article) -> list[set[str]]:
    title, text = terms_of(article.title), article.text
    starts = range(0, max(len(text), 1), PASSAGE // 2)
    return [title | terms_of(text[start : start + PASSAGE]) for start in starts]
