#include "kiosk/ui/widget.h"

void
widget_money(struct tree *tree, const struct widget_field *field)
{
	struct widget_field money = *field;
	money.prefix = "HK$";
	money.tabular = true;
	money.text_align = ALIGN_END;
	widget_field(tree, &money);
}
