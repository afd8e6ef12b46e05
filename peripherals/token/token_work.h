#pragma once
/* A step at work: what its parts share. Inside this folder only. */
#include "peripherals/token/token_brand.h"
#include "peripherals/token/token_job.h"
#include "peripherals/token/token_mark.h"

struct token_work {
	struct link link;
	const struct token_job *job;     /* borrowed */
	const struct token_brand *brand; /* borrowed */
	struct span pin;                 /* borrowed; the applicant's; empty but for HAND_OVER */
	struct token_result *out;        /* borrowed */
};

/* End the step: note the verdict and return false. token_job_run() makes an end of it that is no error. */
bool token_work_stop(struct token_work *work, enum token_verdict verdict, struct error *err);
/* Write our record: stage and attempts, line and, from KEYED on, the key of the evidence, which then says the same. */
NODISCARD bool token_work_mark(struct token_work *work, enum token_stage stage, uint8_t attempts, struct error *err);
/* Show our own PIN: refused unseen with fewer than two tries left. */
NODISCARD bool token_work_unlock(struct token_work *work, struct error *err);
/* Sign a fresh message and verify it under the key of the evidence; out->proof. The PIN was shown. */
NODISCARD bool token_work_prove(struct token_work *work, struct error *err);
