"""What each head may say, in the order of its scores.

The labels follow the annotation guide of the gold set; topics stand in the order of the shipped taxonomy
(data/taxonomy.yaml).
"""

from typing import Final

SENTIMENTS: Final = ("pos", "neg", "mix", "neu")
KINDS: Final = ("complaint", "praise", "question", "request", "other")
CHURN: Final = (0, 1, 2)  # none, hint, explicit
POLARITIES: Final = ("pos", "neg", "neu", "mix")
TOPICS: Final = (
    "product_quality", "product_performance", "product_as_described", "product_fit_design",
    "price_value", "promotion_gift", "stock_range",
    "delivery_speed", "courier_service", "damage_packaging", "wrong_missing", "tracking_info", "schedule_disruption",
    "staff_attitude", "contact_response", "issue_resolution",
    "returns_refunds", "warranty_installation",
    "payment_billing", "app_website", "account_privacy",
    "store_environment",
)  # fmt: skip
LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en")
